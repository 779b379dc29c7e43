namespace Portside.Doctor;

/// <summary>What to set in a guest so that its console is on a serial port.</summary>
/// <param name="Device">The port's name there.</param>
/// <param name="Speak">How the system is made to speak, in words.</param>
/// <param name="SpeakCommand">The command for that, within the guest.</param>
/// <param name="Listen">How a login is put there, in words.</param>
/// <param name="ListenCommand">The command for that, within the guest.</param>
internal sealed record GuestAdvice(string Device, string Speak, string SpeakCommand, string Listen, string ListenCommand)
{
    /// <summary>The advice for a system.</summary>
    /// <param name="guestId">What vSphere calls the system, such as <c>ubuntu64Guest</c>; null where that is not known.</param>
    /// <param name="number">Number of the serial port, from 0.</param>
    /// <returns>The advice.</returns>
    public static GuestAdvice For(string? guestId, int number)
    {
        var id = (guestId ?? "").ToLowerInvariant();
        if (id.StartsWith("win", StringComparison.Ordinal))
        {
            var com = $"COM{number + 1}";
            var ems = $"bcdedit /emssettings EMSPORT:{number + 1} EMSBAUDRATE:115200 && bcdedit /ems {{current}} on";
            return new(com, "Windows speaks there with Emergency Management Services, from the next start on.", ems, $"Its prompt is the special administration console (SAC>), which EMS brings along.", ems);
        }

        if (id.Contains("freebsd", StringComparison.Ordinal))
        {
            var ttyu = $"ttyu{number}";
            return new(
                ttyu,
                "Its loader takes boot_multicons and console from /boot/loader.conf, from the next start on.",
                "sysrc -f /boot/loader.conf boot_multicons=YES console=\"comconsole,vidconsole\"",
                $"A login is started by the line of {ttyu} in /etc/ttys.",
                $"sed -i '' '/^{ttyu}/s/off/on/' /etc/ttys && init q");
        }

        var tty = $"ttyS{number}";
        var console = $"console=tty0 console={tty},115200n8";
        var (where, command) = id switch
        {
            _ when Is("debian") || Is("ubuntu") => ("GRUB_CMDLINE_LINUX of /etc/default/grub, then update-grub", $"sed -i 's/^GRUB_CMDLINE_LINUX=\"/&{console} /' /etc/default/grub && update-grub"),
            _ when Is("rhel") || Is("centos") || Is("fedora") || Is("oracle") || Is("rocky") || Is("alma") || Is("amazon") => ("every kernel's arguments, by grubby", $"grubby --update-kernel=ALL --args=\"{console}\""),
            _ when Is("sles") || Is("suse") => ("GRUB_CMDLINE_LINUX of /etc/default/grub, then grub2-mkconfig", $"sed -i 's/^GRUB_CMDLINE_LINUX=\"/&{console} /' /etc/default/grub && grub2-mkconfig -o /boot/grub2/grub.cfg"),
            _ when Is("photon") => ("photon_cmdline of /boot/photon.cfg", $"sed -i '/^photon_cmdline=/s/$/ {console}/' /boot/photon.cfg"),
            _ => ("GRUB_CMDLINE_LINUX of /etc/default/grub, then update-grub (Debian, Ubuntu) or grub2-mkconfig (SUSE); grubby --args on RHEL and its kin; the last console= is where login and init speak", $"systemctl enable --now serial-getty@{tty}.service"),
        };
        return new(
            tty,
            $"Its kernel needs {console} on its command line ({where}), from the next start on.",
            command,
            $"With console= there systemd starts a login by itself; else enable serial-getty@{tty}.service, or without systemd a getty in /etc/inittab.",
            $"systemctl enable --now serial-getty@{tty}.service");

        bool Is(string name) => id.Contains(name, StringComparison.Ordinal);
    }
}
