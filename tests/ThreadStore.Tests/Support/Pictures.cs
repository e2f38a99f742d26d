using System.Diagnostics;
using Microsoft.Playwright;
using ThreadStore.Tests.Conventions;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>
/// Pictures of pages as they should look, in docs/pictures. They are compared by the mean colours of their blocks, so that
/// a letter that is drawn a little otherwise is no difference, and a button that is missing is one. With
/// <c>THREADSTORE_PICTURES=write</c> in the environment they are made anew, to be looked at before they are committed.
/// </summary>
static class Pictures
{
    static readonly string Folder = Path.Combine(Sources.Root, "docs", "pictures");

    /// <summary>Of the fonts that the pictures were made with: how wide they set a sentence.</summary>
    static readonly string Fonts = Path.Combine(Folder, "fonts.txt");

    /// <summary>More of its blocks than that, and a page looks otherwise.</summary>
    public const double Tolerance = 0.01;

    /// <summary>So many bytes a picture may have.</summary>
    const int Largest = 60 * 1024;

    /// <summary>Of two pictures, the share of their blocks of 16 pixels whose mean colours are 20 of 255 apart or more.</summary>
    const string Compare = """
        async ([a, b]) => {
          const SIDE = 16, APART = 20;
          const read = async (base64) => {
            const image = new Image();
            image.src = `data:image/png;base64,${base64}`;
            await image.decode();
            const canvas = new OffscreenCanvas(image.width, image.height);
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0);
            return context.getImageData(0, 0, image.width, image.height);
          };
          const mean = ({ data, width }, left, top, channel) => {
            let sum = 0;
            for (let y = top; y < top + SIDE; y++)
              for (let x = left; x < left + SIDE; x++) sum += data[4 * (y * width + x) + channel];
            return sum / (SIDE * SIDE);
          };
          const [one, other] = [await read(a), await read(b)];
          if (one.width !== other.width || one.height !== other.height) return 1;
          let [all, apart] = [0, 0];
          for (let top = 0; top + SIDE <= one.height; top += SIDE)
            for (let left = 0; left + SIDE <= one.width; left += SIDE, all++)
              if ([0, 1, 2].some((c) => Math.abs(mean(one, left, top, c) - mean(other, left, top, c)) >= APART)) apart++;
          return apart / all;
        }
        """;

    const string Measure = """
        () => {
          const context = new OffscreenCanvas(1, 1).getContext("2d");
          return ["system-ui", "sans-serif"].map((font) => {
            context.font = `16px ${font}`;
            return Math.round(context.measureText("Sphinx of black quartz, judge my vow 0123456789").width);
          }).join(" ");
        }
        """;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static bool IsWriting => Environment.GetEnvironmentVariable("THREADSTORE_PICTURES") == "write";

    /// <summary>The page looks as in the picture of that name.</summary>
    public static async Task AssertLooksAsync(this Visit visit, string name)
    {
        var now = await ShootAsync(visit);
        var (path, fonts) = (
            Path.Combine(Folder, $"{name}.png"),
            await visit.Page.EvaluateAsync<string>(Measure)
        );
        if (IsWriting)
        {
            Assert.InRange(now.Length, 1, Largest);
            await File.WriteAllBytesAsync(path, now);
            await File.WriteAllTextAsync(Fonts, fonts + "\n");
            return;
        }
        var wanted = (await File.ReadAllTextAsync(Fonts)).Trim();
        Assert.SkipWhen(
            fonts != wanted,
            $"The pictures were made with other fonts than there are here (widths {wanted}, not {fonts})."
        );
        var picture = await File.ReadAllBytesAsync(path);
        double apart;
        var began = Stopwatch.GetTimestamp();
        // what comes late, such as the words of another language, comes soon
        while ((apart = await DifferenceAsync(visit, picture, now)) > Tolerance)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                break;
            now = await ShootAsync(visit);
        }
        if (apart <= Tolerance)
            return;
        var found = Path.Combine(Path.GetTempPath(), $"threadstore-{name}.png");
        await File.WriteAllBytesAsync(found, now);
        Assert.Fail($"{apart:P1} of the page look otherwise than docs/pictures/{name}.png: see {found}.");
    }

    /// <summary>What is in view, with nothing moving and no caret.</summary>
    public static Task<byte[]> ShootAsync(Visit visit) =>
        visit.Page.ScreenshotAsync(
            new() { Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide }
        );

    /// <summary>From 0 to 1.</summary>
    public static async Task<double> DifferenceAsync(Visit visit, byte[] one, byte[] other)
    {
        // a page without a policy
        var page = await visit.Context.NewPageAsync();
        try
        {
            return await page.EvaluateAsync<double>(
                Compare,
                new[] { Convert.ToBase64String(one), Convert.ToBase64String(other) }
            );
        }
        finally
        {
            await page.CloseAsync();
        }
    }
}
