using Portside.EndToEnd.Tests.Serving;

namespace Portside.EndToEnd.Tests.Programs;

/// <summary>A server that takes a telnet for a person's however slow the machine is, and does not speak into its silence.</summary>
public sealed class PatientPortside() : RunningPortside("--set", "console.optionAnswerWithin=1m", "--set", "console.silenceAfter=1h");
