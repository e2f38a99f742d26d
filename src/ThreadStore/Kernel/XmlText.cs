using System.Xml;

namespace ThreadStore.Kernel;

/// <summary>Text on its way into XML 1.0.</summary>
static class XmlText
{
    /// <summary>Without what XML 1.0 can't hold, not even escaped.</summary>
    public static string Clean(string text)
    {
        var isClean = true;
        for (var i = 0; isClean && i < text.Length; i++)
            isClean = MayStand(text[i]);
        return isClean ? text : new([.. text.Where(MayStand)]);
    }

    static bool MayStand(char c) => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c);
}
