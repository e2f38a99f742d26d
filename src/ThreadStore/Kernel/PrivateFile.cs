namespace ThreadStore.Kernel;

/// <summary>Files that hold what people wrote, or secrets: whoever runs the program may read them, and nobody else.</summary>
public static class PrivateFile
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>For a new file, or one that is written anew.</summary>
    public static FileStreamOptions ToWrite()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Mode;
        return options;
    }

    /// <summary>What was there before keeps its own mode when it is opened, so it is given the right one.</summary>
    public static void Restrict(FileStream file)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file.SafeFileHandle, Mode);
    }

    public static FileStream Create(string path)
    {
        var file = new FileStream(path, ToWrite());
        Restrict(file);
        return file;
    }
}
