"""Virtual machines' serial ports on nothing but Python's standard library, driven line by line.

Commands come on standard input, and each is answered by one line on standard output: "ok", with what was asked for
behind it, or "error" and why. Bytes are written as hex digits.

    open LINK PORT plain|tls|inband       connect; tls from the first byte, or negotiated in band
    identify LINK UUID NAME S|C URI       say who the machine is and ask to be served
    say LINK HEX                          the guest speaks
    hear LINK COUNT                       what the guest is told: the next COUNT bytes
    begin LINK SEQUENCE                   vMotion: the secret of GOAHEAD, or notnow
    peer LINK UUID SEQUENCE SECRET        vMotion: the destination shows the key; ok or unknown
    complete LINK SEQUENCE                vMotion: the machine runs at the destination
    abort LINK                            vMotion: it runs on at the source
    raw LINK HEX                          bytes as they are
    ended LINK                            wait until the other side closes; what the guest was told meanwhile
    close LINK                            close
"""

import hashlib
import socket
import ssl
import sys

PATIENCE = 60

IAC, SE, SB, WILL, WONT, DO, DONT = 255, 240, 250, 251, 252, 253, 254
BINARY, ECHO, SGA, AUTHENTICATION, EXTENSION = 0, 1, 3, 37, 232
AUTHENTICATION_SSL = 7

KNOWN_1, KNOWN_2, UNKNOWN_2 = 0, 1, 3
BEGIN, GOAHEAD, NOTNOW, PEER, PEER_OK, COMPLETE, ABORT = 40, 41, 43, 44, 45, 46, 48
DO_PROXY, WILL_PROXY, WONT_PROXY = 70, 71, 73
VM_VC_UUID, GET_VM_VC_UUID, VM_NAME, GET_VM_NAME = 80, 81, 82, 83

SUBOPTIONS = bytes([KNOWN_1, KNOWN_2, 2, UNKNOWN_2, BEGIN, GOAHEAD, NOTNOW, PEER, PEER_OK, COMPLETE, ABORT,
                    DO_PROXY, WILL_PROXY, WONT_PROXY, VM_VC_UUID, GET_VM_VC_UUID, VM_NAME, GET_VM_NAME])


class Link:
    def __init__(self, port, security):
        self.uuid = self.name = None
        self.data = bytearray()
        self.messages = []
        self.ended = False
        self._asked = set()
        self._command = bytearray()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fingerprint = None
        if security == "tls":
            self._secure()
        elif security == "inband":
            self._negotiate_tls()
        self.ask(WILL, EXTENSION)

    def _secure(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._socket = context.wrap_socket(self._socket)
        self.fingerprint = hashlib.sha256(self._socket.getpeercert(binary_form=True)).hexdigest()

    def _negotiate_tls(self):
        self.ask(WILL, AUTHENTICATION)
        self._await(bytes([IAC, DO, AUTHENTICATION]))
        self._await(bytes([IAC, SB, AUTHENTICATION, 1, AUTHENTICATION_SSL, 0, IAC, SE]))
        self._socket.sendall(bytes([IAC, SB, AUTHENTICATION, 0, AUTHENTICATION_SSL, 0, 1, IAC, SE]))
        self._await(bytes([IAC, SB, AUTHENTICATION, 2, AUTHENTICATION_SSL, 0, 2, IAC, SE]))
        self._secure()

    def _await(self, expected):
        """Exactly these bytes come next; not one more is read, for TLS may follow."""
        received = b""
        while len(received) < len(expected):
            part = self._socket.recv(len(expected) - len(received))
            if not part:
                raise RuntimeError("the other side closed")
            received += part
        if received != expected:
            raise RuntimeError(f"expected {expected.hex()}, got {received.hex()}")

    def ask(self, verb, option):
        self._asked.add((verb, option))
        self._socket.sendall(bytes([IAC, verb, option]))

    def message(self, code, payload=b""):
        self._socket.sendall(bytes([IAC, SB, EXTENSION, code]) + payload.replace(b"\xff", b"\xff\xff") + bytes([IAC, SE]))

    def say(self, data):
        self._socket.sendall(data.replace(b"\xff", b"\xff\xff"))

    def raw(self, data):
        self._socket.sendall(data)

    def wait(self, what):
        """Reads until what() returns something."""
        while True:
            result = what()
            if result is not None:
                return result
            if self.ended:
                raise RuntimeError(f"the other side closed; messages so far: {self.messages}")
            self._receive()

    def message_of(self, *codes):
        def find():
            for at, (code, payload) in enumerate(self.messages):
                if code in codes:
                    del self.messages[at]
                    return code, payload
            return None
        return self.wait(find)

    def hear(self, count):
        def take():
            if len(self.data) < count:
                return None
            taken = bytes(self.data[:count])
            del self.data[:count]
            return taken
        return self.wait(take)

    def wait_for_end(self):
        while not self.ended:
            self._receive()

    def close(self):
        self._socket.close()

    def _receive(self):
        try:
            received = self._socket.recv(65536)
        except ConnectionResetError:
            received = b""
        if not received:
            self.ended = True
        for byte in received:
            self._take(byte)

    def _take(self, byte):
        command = self._command
        if not command:
            if byte == IAC:
                command.append(byte)
            else:
                self.data.append(byte)
            return
        command.append(byte)
        if len(command) == 2:
            if byte == IAC:
                self.data.append(IAC)
            if byte == IAC or byte < SB:
                command.clear()
        elif command[1] != SB:
            verb, option = command[1], command[2]
            command.clear()
            self._negotiate(verb, option)
        elif byte == SE and self._ends(command):
            payload = bytes(command[2:-2]).replace(b"\xff\xff", b"\xff")
            command.clear()
            self._subnegotiate(payload)

    @staticmethod
    def _ends(command):
        """Whether the IAC before the SE stands alone, or is the second of a doubled one."""
        run = 0
        while command[-2 - run] == IAC:
            run += 1
        return run % 2 == 1

    def _negotiate(self, verb, option):
        wanted = (option in (BINARY, SGA, EXTENSION) or (option == ECHO and verb == WILL)) and verb in (WILL, DO)
        answer = {DO: WILL if wanted else WONT, WILL: DO if wanted else DONT}.get(verb)
        if answer is not None and (answer, option) not in self._asked:
            self.ask(answer, option)

    def _subnegotiate(self, payload):
        if payload[0] != EXTENSION:
            return
        code, payload = payload[1], payload[2:]
        if code == GET_VM_VC_UUID and self.uuid:
            self.message(VM_VC_UUID, spelt(self.uuid))
        elif code == GET_VM_NAME and self.name:
            self.message(VM_NAME, self.name.encode())
        else:
            self.messages.append((code, payload))


def spelt(uuid):
    pairs = [uuid[at:at + 2] for at in range(0, 32, 2)]
    return (" ".join(pairs[:8]) + "-" + " ".join(pairs[8:])).encode()


links = {}


def do(verb, words):
    if verb == "open":
        name, port, security = words
        links[name] = Link(int(port), security)
        return links[name].fingerprint or ""
    link = links[words[0]]
    words = words[1:]
    if verb == "identify":
        link.uuid, link.name, direction, uri = words
        link.message_of(KNOWN_2)
        link.message(KNOWN_1, SUBOPTIONS)
        link.message(DO_PROXY, (direction + uri).encode())
        code, _ = link.message_of(WILL_PROXY, WONT_PROXY)
        return "served" if code == WILL_PROXY else "refused"
    if verb == "say":
        link.say(bytes.fromhex(words[0]))
    elif verb == "hear":
        return link.hear(int(words[0])).hex()
    elif verb == "begin":
        sequence = bytes.fromhex(words[0])
        link.message(BEGIN, sequence)
        code, payload = link.message_of(GOAHEAD, NOTNOW)
        if not payload.startswith(sequence):
            raise RuntimeError(f"the answer is about another sequence: {payload.hex()}")
        return payload[len(sequence):].hex() if code == GOAHEAD else "notnow"
    elif verb == "peer":
        link.uuid, sequence, secret = words[0], bytes.fromhex(words[1]), bytes.fromhex(words[2])
        link.message_of(KNOWN_2)
        link.message(KNOWN_1, SUBOPTIONS)
        link.message(PEER, sequence + secret)
        code, payload = link.message_of(PEER_OK, UNKNOWN_2)
        if code == PEER_OK and payload != sequence:
            raise RuntimeError(f"PEER-OK is about another sequence: {payload.hex()}")
        return "" if code == PEER_OK else "unknown"
    elif verb == "complete":
        link.message(COMPLETE, bytes.fromhex(words[0]))
    elif verb == "abort":
        link.message(ABORT)
    elif verb == "raw":
        link.raw(bytes.fromhex(words[0]))
    elif verb == "ended":
        link.wait_for_end()
        return link.data.hex()
    elif verb == "close":
        link.close()
    else:
        raise RuntimeError(f"no such command: {verb}")
    return ""


for line in sys.stdin:
    first, *rest = line.split()
    try:
        print("ok", do(first, rest), flush=True)
    except Exception as error:  # Whatever it is, the test wants to read it.
        print("error", f"{type(error).__name__}: {error}", flush=True)
