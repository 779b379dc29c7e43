namespace Portside.VSphere.Soap;

/// <summary>A message that is not what SOAP and vim25 say it should be; the text says what was expected and what came.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="inner">The cause.</param>
public sealed class SoapException(string message, Exception? inner = null) : Exception(message, inner);
