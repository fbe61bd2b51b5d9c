using System.Text.Json;
using TcpCapture.Model;

namespace TcpCapture.Export.Report;

/// <summary>Writes repeated texts once.</summary>
// The reader numbers each text it reads, from 0; a number in its place refers to that text. Both sides stop numbering at the same
// limit, which bounds memory.
internal sealed class TextTable
{
    public const int Limit = 4096; // the maximum number of texts; the same as in data.js
    public const int MaxTextLength = 200; // the maximum length of a numbered text in UTF-16 units; the same as in data.js

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

        if (_count < Limit && text.Length <= MaxTextLength) _texts.Add(text, _count++);
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
