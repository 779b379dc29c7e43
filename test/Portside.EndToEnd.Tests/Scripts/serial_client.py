"""A serial port over RFC 2217, used as any program uses one: Debian's python3-serial, commands on standard input.

Each line is one command; each answer is one line, "ok VALUE" or "error TEXT". VALUE of read is hexadecimal.

  open URL            set NAME VALUE       get NAME
  write HEX           read COUNT           break SECONDS
  purge input|output  close
"""
import sys

import serial

PARITY = {"none": serial.PARITY_NONE, "odd": serial.PARITY_ODD, "even": serial.PARITY_EVEN,
          "mark": serial.PARITY_MARK, "space": serial.PARITY_SPACE}

port = None


def do(words):
    global port
    verb, *rest = words
    if verb == "open":
        port = serial.serial_for_url(rest[0], timeout=60)
    elif verb == "set":
        name, value = rest
        setattr(port, name, PARITY[value] if name == "parity"
                else value == "true" if value in ("true", "false")
                else float(value) if "." in value else int(value))
    elif verb == "get":
        return getattr(port, rest[0])
    elif verb == "write":
        return port.write(bytes.fromhex(rest[0]))
    elif verb == "read":
        return port.read(int(rest[0])).hex().upper()
    elif verb == "break":
        port.send_break(float(rest[0]))
    elif verb == "purge":
        port.reset_input_buffer() if rest[0] == "input" else port.reset_output_buffer()
    elif verb == "close":
        port.close()
    else:
        raise ValueError("no such command: " + verb)
    return ""


for line in sys.stdin:
    try:
        print("ok", do(line.split()), flush=True)
    except Exception as error:  # whatever it is, the test is to see it
        print("error", repr(error), flush=True)
