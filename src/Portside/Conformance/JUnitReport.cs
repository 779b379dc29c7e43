using System.Globalization;
using System.Text;
using System.Xml;
using Portside.Host.Conformance;

namespace Portside.Conformance;

/// <summary>A report as JUnit's XML, which CI systems read.</summary>
internal static class JUnitReport
{
    /// <summary>Writes it to a file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(ConformanceReport report, string file)
    {
        using var stream = File.Create(file);
        using var xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n", CheckCharacters = false });
        xml.WriteStartElement("testsuites");
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", $"conformance of {report.Proxy}");
        xml.WriteAttributeString("timestamp", report.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        Number(xml, "tests", report.Results.Count);
        Number(xml, "failures", report.Count(ConformanceOutcome.Fail));
        Number(xml, "errors", 0);
        Number(xml, "skipped", report.Count(ConformanceOutcome.NotApplicable));
        Seconds(xml, report.Duration);
        foreach (var result in report.Results)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", "portside.conformance");
            xml.WriteAttributeString("name", $"{result.Check.Id}: {result.Check.Title}");
            Seconds(xml, result.Duration);
            switch (result.Outcome)
            {
                case ConformanceOutcome.Fail:
                    xml.WriteStartElement("failure");
                    xml.WriteAttributeString("message", result.Seen);
                    xml.WriteString($"{result.Seen}\nAsked for by: {result.Check.Clause}");
                    xml.WriteEndElement();
                    break;
                case ConformanceOutcome.NotApplicable:
                    xml.WriteStartElement("skipped");
                    xml.WriteAttributeString("message", result.Seen);
                    xml.WriteEndElement();
                    break;
                default:
                    xml.WriteElementString("system-out", $"{result.Seen}\nAsked for by: {result.Check.Clause}");
                    break;
            }

            xml.WriteEndElement();
        }
    }

    private static void Number(XmlWriter xml, string name, int value) => xml.WriteAttributeString(name, value.ToString(CultureInfo.InvariantCulture));

    private static void Seconds(XmlWriter xml, TimeSpan time) => xml.WriteAttributeString("time", time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
}
