"""Input devices of a virtual machine, made in its kernel by uinput.

Understands the steps of panel.py, from a port of the virtual machine:

    devices.py PORT WIDTH HEIGHT

To the kernel and everything above it they are what USB devices are: a touch
screen with ten contacts (protocol B), a mouse, a keyboard with every key.
"""
import fcntl
import json
import os
import struct
import sys
import time

UI_SET_EVBIT, UI_SET_KEYBIT, UI_SET_RELBIT, UI_SET_ABSBIT, UI_SET_PROPBIT = 0x40045564, 0x40045565, 0x40045566, 0x40045567, 0x4004556E
UI_DEV_SETUP, UI_ABS_SETUP, UI_DEV_CREATE = 0x405C5503, 0x401C5504, 0x5501
EV_SYN, EV_KEY, EV_REL, EV_ABS = 0, 1, 2, 3
REL_WHEEL, REL_HWHEEL = 8, 6
ABS_X, ABS_Y = 0, 1
ABS_MT_SLOT, ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_TRACKING_ID = 0x2F, 0x35, 0x36, 0x39
BTN_TOUCH, BTN_MOUSE = 0x14A, 0x110
PROP_DIRECT = 1
BUS_USB = 3


class Device:
    def __init__(self, name, vendor, product):
        self.fd = os.open('/dev/uinput', os.O_WRONLY)
        self.identity = struct.pack('HHHH80sI', BUS_USB, vendor, product, 1, name.encode(), 0)

    def bits(self, request, codes):
        for code in codes:
            fcntl.ioctl(self.fd, request, code)

    def axis(self, code, highest, resolution):
        fcntl.ioctl(self.fd, UI_SET_ABSBIT, code)
        fcntl.ioctl(self.fd, UI_ABS_SETUP, struct.pack('Hxxiiiiii', code, 0, 0, highest, 0, 0, resolution))

    def create(self):
        fcntl.ioctl(self.fd, UI_DEV_SETUP, self.identity)
        fcntl.ioctl(self.fd, UI_DEV_CREATE)

    def emit(self, *events):
        for kind, code, value in (*events, (EV_SYN, 0, 0)):
            os.write(self.fd, struct.pack('llHHi', 0, 0, kind, code, value))


class Devices:
    def __init__(self, width, height):
        self.touch_screen = Device('Test touch screen', 0x0EEF, 0x0001)
        self.touch_screen.bits(UI_SET_EVBIT, [EV_KEY, EV_ABS])
        self.touch_screen.bits(UI_SET_KEYBIT, [BTN_TOUCH])
        self.touch_screen.bits(UI_SET_PROPBIT, [PROP_DIRECT])
        for code, highest, resolution in ((ABS_X, width - 1, 4), (ABS_Y, height - 1, 4), (ABS_MT_SLOT, 9, 0), (ABS_MT_POSITION_X, width - 1, 4), (ABS_MT_POSITION_Y, height - 1, 4), (ABS_MT_TRACKING_ID, 65535, 0)):
            self.touch_screen.axis(code, highest, resolution)
        self.touch_screen.create()
        self.keyboard = Device('Test keyboard', 0x04D9, 0x1503)
        self.keyboard.bits(UI_SET_EVBIT, [EV_KEY])
        self.keyboard.bits(UI_SET_KEYBIT, [code for code in range(1, 0x2E0) if not 0x100 <= code < 0x160])
        self.keyboard.create()
        self.mouse = Device('Test mouse', 0x046D, 0xC077)
        self.mouse.bits(UI_SET_EVBIT, [EV_KEY, EV_REL])
        self.mouse.bits(UI_SET_KEYBIT, range(BTN_MOUSE, BTN_MOUSE + 8))
        self.mouse.bits(UI_SET_RELBIT, [0, 1, REL_WHEEL, REL_HWHEEL])
        self.mouse.create()
        self.contacts = {}
        self.slots = {}
        self.tracked = 0
        self.at = None

    def touch(self, contacts):
        wanted = {identity: (int(x), int(y)) for identity, x, y in contacts}
        events = []
        for identity in [known for known in self.contacts if known not in wanted]:
            events += [(EV_ABS, ABS_MT_SLOT, self.slots.pop(identity)), (EV_ABS, ABS_MT_TRACKING_ID, -1)]
        for identity, (x, y) in wanted.items():
            if identity not in self.slots:
                self.slots[identity] = min(set(range(10)) - set(self.slots.values()))
                self.tracked = (self.tracked + 1) % 65536
                events += [(EV_ABS, ABS_MT_SLOT, self.slots[identity]), (EV_ABS, ABS_MT_TRACKING_ID, self.tracked)]
            else:
                events += [(EV_ABS, ABS_MT_SLOT, self.slots[identity])]
            events += [(EV_ABS, ABS_MT_POSITION_X, x), (EV_ABS, ABS_MT_POSITION_Y, y)]
        if bool(wanted) != bool(self.contacts):
            events.append((EV_KEY, BTN_TOUCH, 1 if wanted else 0))
        if wanted:
            x, y = next(iter(wanted.values()))
            events += [(EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)]
        self.contacts = wanted
        if events:
            self.touch_screen.emit(*events)

    def pointer(self, x, y):
        # A mouse knows no places: into the upper left corner, and from there.
        self.mouse.emit((EV_REL, 0, -10000), (EV_REL, 1, -10000))
        self.mouse.emit((EV_REL, 0, int(x)), (EV_REL, 1, int(y)))

    def step(self, step):
        (name, value), = step.items()
        if name == 'wait':
            time.sleep(value / 1000)
        elif name == 'key':
            self.keyboard.emit((EV_KEY, value[0], value[1]))
        elif name == 'button':
            self.mouse.emit((EV_KEY, value[0], value[1]))
        elif name == 'wheel':
            self.mouse.emit((EV_REL, REL_HWHEEL, value[0]), (EV_REL, REL_WHEEL, -value[1]))
        elif name in ('touch', 'pointer'):
            getattr(self, name)(*([value] if name == 'touch' else value))
        else:
            raise ValueError(f'no such step: {name}')


def main():
    devices = Devices(int(sys.argv[2]), int(sys.argv[3]))
    port = os.open(sys.argv[1], os.O_RDWR)
    received = b''
    while True:
        data = os.read(port, 65536)
        if not data:
            time.sleep(0.1)
            continue
        *lines, received = (received + data).split(b'\n')
        for line in lines:
            try:
                for step in json.loads(line):
                    devices.step(step)
                answer = {'done': True}
            except Exception as error:
                answer = {'failed': repr(error)}
            os.write(port, json.dumps(answer).encode() + b'\n')


main()
