using System.Text.Json;
using TcpCapture.Model;

namespace TcpCapture.Export.Report;

/// <summary>
/// Texts that come again and again are written once: where a text stands, its reader gives it the next number, from 0; a
/// number there means the text that got it. Both sides stop numbering at the same limit, so the table cannot grow for ever.
/// </summary>
internal sealed class TextTable
{
    /// <summary>How many texts get a number; data.js knows it too.</summary>
    public const int Limit = 4096;

    /// <summary>A longer text (in UTF-16 units) gets none; data.js knows this as well.</summary>
    public const int LongestText = 200;

    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<Endpoint, int> _endpoints = [];
    private int _count;

    public void Write(Utf8JsonWriter json, string text)
    {
        if (_texts.TryGetValue(text, out var number))
        {
            json.WriteNumberValue(number);
            return;
        }

        if (_count < Limit && text.Length <= LongestText) _texts.Add(text, _count++);
        json.WriteStringValue(text);
    }

    public void Write(Utf8JsonWriter json, Endpoint? endpoint)
    {
        if (endpoint is not { } known)
        {
            json.WriteNullValue();
            return;
        }

        if (_endpoints.TryGetValue(known, out var number))
        {
            json.WriteNumberValue(number);
            return;
        }

        if (_count < Limit) _endpoints.Add(known, _count++);
        json.WriteStringValue(known.ToString());
    }
}
