namespace TcpCapture.Queries.Expectations;

/// <summary>What a rule says of a connection. <see cref="object.ToString"/> writes it as a rule again.</summary>
internal interface IClaim
{
    /// <summary>Compares it with a connection of which nothing more will be said.</summary>
    Judgement Judge(ConnectionFacts facts);
}
