using System.CommandLine;

namespace Portside.Commands;

/// <summary><c>portside completion SHELL</c>: the script that completes verbs, options and names of machines.</summary>
internal sealed class CompletionCommand : Command
{
    // Each script hands the line over; the answer comes from the same tables that parse it.
    private const string Bash = """
        # portside completion for bash; to use it: source <(portside completion bash)
        _portside() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(portside "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _portside portside

        """;

    private const string Zsh = """
        #compdef portside
        # portside completion for zsh; to use it: source <(portside completion zsh)
        _portside() {
            local -a words_of_portside
            words_of_portside=("${(@f)$(portside "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a words_of_portside
        }
        compdef _portside portside

        """;

    private const string Fish = """
        # portside completion for fish; to use it: portside completion fish | source
        complete -c portside -f -a '(portside "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'

        """;

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public CompletionCommand(GlobalOptions global)
        : base("completion", "Write the completion script of a shell: source <(portside completion bash).")
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.CompletionSources.Add("bash", "zsh", "fish");
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && word is not ("bash" or "zsh" or "fish"))
                result.AddError($"there is no script for '{word}'; there is one for bash, zsh and fish");
        });
        Add(shell);
        global.HasOneForm(this);
        SetAction(arguments => global.Caller.Out.Write((arguments.GetValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }).ReplaceLineEndings("\n")));
    }
}
