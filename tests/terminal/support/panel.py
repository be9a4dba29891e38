"""The panel of a terminal without hardware.

A Wayland server with one screen and one seat, just large enough for cage's
Wayland backend (WLR_BACKENDS=wayland) to show itself on. Keys, pointer and touch
contacts are handed to the compositor as the kernel would report them: by evdev
code, slot by slot, frame by frame. What the terminal's keymap makes of a
modifier key is asked of libxkbcommon under the XKB_* variables of this process,
which have to be those of the compositor.

    panel.py DISPLAY-SOCKET CONTROL-SOCKET WIDTH HEIGHT

On the control socket: one JSON array of steps a line, one JSON answer a line.
Steps: {"key": [code, 0|1]}, {"touch": [[id, x, y], ...]} (all contacts that are
down; a missing one is lifted), {"pointer": [x, y]}, {"button": [code, 0|1]},
{"wheel": [dx, dy]}, {"unplug": "keyboard"|"pointer"|"touch"}, {"plug": ...},
{"wait": milliseconds}.
"""
import array
import ctypes
import ctypes.util
import json
import os
import selectors
import socket
import struct
import sys
import time

GLOBALS = [('wl_compositor', 4), ('wl_shm', 1), ('xdg_wm_base', 1), ('wl_seat', 5)]
CAPABILITY = {'pointer': 1, 'keyboard': 2, 'touch': 4}
MODIFIERS = ('XKB_STATE_MODS_DEPRESSED', 1), ('XKB_STATE_MODS_LATCHED', 2), ('XKB_STATE_MODS_LOCKED', 4)


class Keymap:
    """Which modifiers are active, by the keymap that the compositor uses, too."""

    def __init__(self):
        self.xkb = ctypes.CDLL('libxkbcommon.so.0')
        for name in ('xkb_context_new', 'xkb_keymap_new_from_names', 'xkb_state_new'):
            getattr(self.xkb, name).restype = ctypes.c_void_p
        self.xkb.xkb_keymap_new_from_names.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
        self.xkb.xkb_state_new.argtypes = [ctypes.c_void_p]
        self.xkb.xkb_state_update_key.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int]
        self.xkb.xkb_state_serialize_mods.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self.xkb.xkb_state_serialize_layout.argtypes = [ctypes.c_void_p, ctypes.c_int]
        keymap = self.xkb.xkb_keymap_new_from_names(self.xkb.xkb_context_new(0), None, 0)
        if not keymap:
            raise SystemExit('libxkbcommon does not know the keymap of XKB_DEFAULT_*')
        self.state = self.xkb.xkb_state_new(keymap)

    def press(self, code, down):
        self.xkb.xkb_state_update_key(self.state, code + 8, 1 if down else 0)

    def modifiers(self):
        mods = [self.xkb.xkb_state_serialize_mods(self.state, component) for _, component in MODIFIERS]
        return (*mods, self.xkb.xkb_state_serialize_layout(self.state, 8 | 16 | 32))


def text(value):
    data = value.encode() + b'\0'
    return struct.pack('I', len(data)) + data + b'\0' * (-len(data) % 4)


def fixed(value):
    return int(value * 256)


class Client:
    """The compositor on our screen. It gets what it asks for; nothing of it is looked at."""

    def __init__(self, connection, panel):
        self.connection = connection
        self.panel = panel
        self.buffer = b''
        self.fds = []
        self.kinds = {1: 'wl_display'}
        self.registries = []
        self.seats = []
        self.roles = {'wl_keyboard': [], 'wl_pointer': [], 'wl_touch': []}
        self.started = False  # it has drawn something
        self.surface = None  # the one with the screen's picture
        self.xdg_surface_of = {}
        self.pending = {}  # surface: (buffer, frame callbacks)
        self.shown = {}
        self.callbacks = []
        self.contacts = {}
        self.pointer_inside = False

    def send(self, target, opcode, body=b''):
        try:
            self.connection.sendall(struct.pack('II', target, (8 + len(body)) << 16 | opcode) + body)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def send_with_fd(self, target, opcode, body, fd):
        message = struct.pack('II', target, (8 + len(body)) << 16 | opcode) + body
        try:
            self.connection.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [fd]))])
        except (BrokenPipeError, ConnectionResetError):
            pass

    def read(self):
        """Handles what has come. False: the client has gone."""
        try:
            data, ancillary, _, _ = self.connection.recvmsg(65536, socket.CMSG_SPACE(4 * 28))
        except ConnectionResetError:
            return False
        if not data:
            return False
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds = array.array('i')
                fds.frombytes(payload[: len(payload) // 4 * 4])
                self.fds.extend(fds)
        self.buffer += data
        while len(self.buffer) >= 8:
            target, head = struct.unpack_from('II', self.buffer)
            size = head >> 16
            if len(self.buffer) < size:
                break
            body, self.buffer = self.buffer[8:size], self.buffer[size:]
            self.request(target, head & 0xFFFF, body)
        return True

    def request(self, target, opcode, body):
        kind = self.kinds.get(target, '?')
        handler = getattr(self, f'{kind}_{opcode}', None)
        if handler is not None:
            handler(target, body)

    def new(self, body, kind, at=0):
        (made,) = struct.unpack_from('I', body, at)
        self.kinds[made] = kind
        return made

    # wl_display, wl_registry
    def wl_display_0(self, _, body):
        callback = self.new(body, 'wl_callback')
        self.send(callback, 0, struct.pack('I', 0))
        self.send(1, 1, struct.pack('I', callback))

    def wl_display_1(self, _, body):
        registry = self.new(body, 'wl_registry')
        for name, (interface, version) in enumerate(GLOBALS, 1):
            self.send(registry, 0, struct.pack('I', name) + text(interface) + struct.pack('I', version))

    def wl_registry_0(self, _, body):
        _, length = struct.unpack_from('II', body)
        interface = body[8 : 8 + length - 1].decode()
        made = self.new(body, interface, 8 + (length + 3) // 4 * 4 + 4)
        if interface == 'wl_shm':
            for pixel_format in (0, 1):
                self.send(made, 0, struct.pack('I', pixel_format))
        if interface == 'wl_seat':
            self.seats.append(made)
            self.send(made, 0, struct.pack('I', self.panel.capabilities() & (7 if self.started else 3)))
            self.send(made, 1, text('seat0'))

    # wl_compositor, wl_surface
    def wl_compositor_0(self, _, body):
        self.new(body, 'wl_surface')

    def wl_compositor_1(self, _, body):
        self.new(body, 'wl_region')

    def wl_surface_0(self, target, _):
        self.forget(target)

    def wl_surface_1(self, target, body):
        self.pending.setdefault(target, [None, []])[0] = struct.unpack_from('I', body)[0]

    def wl_surface_3(self, target, body):
        self.pending.setdefault(target, [None, []])[1].append(self.new(body, 'wl_callback'))

    def wl_surface_6(self, target, _):
        attached, callbacks = self.pending.pop(target, (None, []))
        self.callbacks += callbacks
        if attached is not None:
            before = self.shown.get(target)
            self.shown[target] = attached
            if before and before != attached:
                self.send(before, 0)
            if before is None and target == self.surface and not self.started:
                # wlroots 0.15 forgets a touch screen that is there before it has started,
                # wlroots 0.18 a size.
                self.started = True
                self.panel.replug()
                self.configure(self.xdg_surface_of[target])
        elif target in self.xdg_surface_of and target not in self.shown:
            self.configure(self.xdg_surface_of[target])

    def configure(self, surface):
        toplevel = self.panel.toplevel
        if toplevel is not None:
            self.send(toplevel, 0, struct.pack('iiI', self.panel.width, self.panel.height, 4) + struct.pack('I', 4))
        self.send(surface, 0, struct.pack('I', self.panel.serial()))

    # wl_shm
    def wl_shm_0(self, _, body):
        self.new(body, 'wl_shm_pool')
        os.close(self.fds.pop(0))

    def wl_shm_pool_0(self, _, body):
        self.new(body, 'wl_buffer')

    def wl_shm_pool_1(self, target, _):
        self.forget(target)

    def wl_buffer_0(self, target, _):
        self.forget(target)

    def wl_region_0(self, target, _):
        self.forget(target)

    def forget(self, target):
        self.kinds.pop(target, None)
        self.shown.pop(target, None)
        self.send(1, 1, struct.pack('I', target))

    # xdg_wm_base
    def xdg_wm_base_2(self, _, body):
        made = self.new(body, 'xdg_surface')
        (surface,) = struct.unpack_from('I', body, 4)
        self.xdg_surface_of[surface] = made
        self.surface = surface

    def xdg_surface_1(self, _, body):
        self.panel.toplevel = self.new(body, 'xdg_toplevel')

    # wl_seat
    def wl_seat_0(self, _, body):
        self.roles['wl_pointer'].append(self.new(body, 'wl_pointer'))
        self.pointer_inside = False

    def wl_seat_1(self, _, body):
        keyboard = self.new(body, 'wl_keyboard')
        self.roles['wl_keyboard'].append(keyboard)
        # No keymap: the compositor has its own.
        null = os.open('/dev/null', os.O_RDONLY)
        self.send_with_fd(keyboard, 0, struct.pack('II', 0, 0), null)
        os.close(null)
        self.send(keyboard, 5, struct.pack('ii', 25, 600))
        if self.surface is not None:
            self.send(keyboard, 1, struct.pack('III', self.panel.serial(), self.surface, 0))

    def wl_seat_2(self, _, body):
        self.roles['wl_touch'].append(self.new(body, 'wl_touch'))

    def released(self, target, _):
        for members in self.roles.values():
            if target in members:
                members.remove(target)
        self.forget(target)

    wl_pointer_1 = wl_keyboard_0 = wl_touch_0 = released

    # Input
    def now(self):
        return int(time.monotonic() * 1000) & 0xFFFFFFFF

    def key(self, code, down):
        self.panel.keymap.press(code, down)
        for keyboard in self.roles['wl_keyboard']:
            self.send(keyboard, 3, struct.pack('IIII', self.panel.serial(), self.now(), code, 1 if down else 0))
            self.send(keyboard, 4, struct.pack('IIIII', self.panel.serial(), *self.panel.keymap.modifiers()))

    def touch(self, contacts):
        wanted = {identity: (x, y) for identity, x, y in contacts}
        for member in self.roles['wl_touch']:
            for identity in [known for known in self.contacts if known not in wanted]:
                self.send(member, 1, struct.pack('IIi', self.panel.serial(), self.now(), identity))
            for identity, (x, y) in wanted.items():
                if identity in self.contacts:
                    if self.contacts[identity] != (x, y):
                        self.send(member, 2, struct.pack('Iiii', self.now(), identity, fixed(x), fixed(y)))
                else:
                    self.send(member, 0, struct.pack('IIIiii', self.panel.serial(), self.now(), self.surface, identity, fixed(x), fixed(y)))
            self.send(member, 3)
        self.contacts = wanted

    def pointer(self, x, y):
        for member in self.roles['wl_pointer']:
            if not self.pointer_inside:
                self.send(member, 0, struct.pack('IIii', self.panel.serial(), self.surface, fixed(x), fixed(y)))
            self.send(member, 2, struct.pack('Iii', self.now(), fixed(x), fixed(y)))
            self.send(member, 5)
        self.pointer_inside = True

    def button(self, code, down):
        for member in self.roles['wl_pointer']:
            self.send(member, 3, struct.pack('IIII', self.panel.serial(), self.now(), code, 1 if down else 0))
            self.send(member, 5)

    def wheel(self, dx, dy):
        for member in self.roles['wl_pointer']:
            for axis, clicks in ((1, dx), (0, dy)):
                if clicks:
                    self.send(member, 6, struct.pack('I', 0))
                    self.send(member, 8, struct.pack('Ii', axis, clicks))
                    self.send(member, 4, struct.pack('IIi', self.now(), axis, fixed(clicks * 15)))
            self.send(member, 5)


class Panel:
    def __init__(self, width, height):
        self.width, self.height = width, height
        self.keymap = Keymap()
        self.plugged = set(CAPABILITY)
        self.client = None
        self.toplevel = None
        self.serials = 0

    def serial(self):
        self.serials += 1
        return self.serials

    def capabilities(self):
        return sum(CAPABILITY[device] for device in self.plugged)

    def replug(self):
        for seat in self.client.seats:
            self.client.send(seat, 0, struct.pack('I', self.capabilities()))

    def step(self, step):
        (name, value), = step.items()
        if name == 'wait':
            return value / 1000
        if name in ('plug', 'unplug'):
            (self.plugged.add if name == 'plug' else self.plugged.discard)(value)
            self.replug()
        elif name == 'touch':
            self.client.touch(value)
        elif name in ('key', 'pointer', 'button', 'wheel'):
            getattr(self.client, name)(*value)
        else:
            raise ValueError(f'no such step: {name}')
        return 0


def listen(path):
    if os.path.exists(path):
        os.unlink(path)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    os.chmod(path, 0o666)
    server.listen()
    return server


def main():
    display, control, width, height = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    panel = Panel(width, height)
    selector = selectors.DefaultSelector()
    display_server, control_server = listen(display), listen(control)
    selector.register(display_server, selectors.EVENT_READ, 'display')
    selector.register(control_server, selectors.EVENT_READ, 'control')
    batches = []  # [(connection, remaining steps)]
    received = {}
    next_frame = time.monotonic()
    next_step = 0.0
    while True:
        now = time.monotonic()
        wake = next_frame if panel.client is not None and panel.client.callbacks else now + 3600
        if batches:
            wake = min(wake, next_step)
        for key, _ in selector.select(max(0.0, wake - now)):
            if key.data == 'display':
                panel.client = Client(display_server.accept()[0], panel)
                panel.toplevel = None
                selector.register(panel.client.connection, selectors.EVENT_READ, panel.client)
            elif key.data == 'control':
                connection = control_server.accept()[0]
                received[connection] = b''
                selector.register(connection, selectors.EVENT_READ, 'steps')
            elif key.data == 'steps':
                data = key.fileobj.recv(65536)
                if not data:
                    selector.unregister(key.fileobj)
                    received.pop(key.fileobj)
                    key.fileobj.close()
                    continue
                *lines, received[key.fileobj] = (received[key.fileobj] + data).split(b'\n')
                batches += [(key.fileobj, json.loads(line)) for line in lines]
            elif not key.data.read():
                selector.unregister(key.data.connection)
                key.data.connection.close()
                if panel.client is key.data:
                    panel.client = None
        now = time.monotonic()
        client = panel.client
        if client is not None and client.callbacks and now >= next_frame:
            callbacks, client.callbacks = client.callbacks, []
            for callback in callbacks:
                client.send(callback, 0, struct.pack('I', client.now()))
                client.send(1, 1, struct.pack('I', callback))
            next_frame = now + 1 / 60
        while batches and now >= next_step:
            connection, steps = batches[0]
            try:
                if client is None or client.surface is None:
                    raise ValueError('nothing is shown on the panel')
                answer = {'done': True}
                if steps:
                    next_step = now + panel.step(steps.pop(0))
                    if steps or next_step > now:
                        continue
            except Exception as error:
                answer = {'failed': repr(error)}
            batches.pop(0)
            try:
                connection.sendall(json.dumps(answer).encode() + b'\n')
            except OSError:
                pass


main()
