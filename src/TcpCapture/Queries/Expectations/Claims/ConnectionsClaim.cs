using System.Globalization;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>exactly 2 connections</c>: about the whole recording.</summary>
internal sealed record ConnectionsClaim(Quantity Quantity)
{
    public Judgement Judge(long count)
    {
        var because = count switch
        {
            0 => "there was no connection",
            1 => "there was 1 connection",
            _ => string.Create(CultureInfo.InvariantCulture, $"there were {count} connections"),
        };
        return Quantity.Judge(count, because, []);
    }

    public override string ToString() => $"{Quantity} connection{(Quantity == Quantity.None || Quantity.IsPlural ? "s" : "")}";
}
