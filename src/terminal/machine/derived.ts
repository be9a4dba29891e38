import type { TerminalSettings } from '../settings.ts';

/**
 * By how much a place that a finger tells has to be turned with the picture: the
 * upper two rows of libinput's matrix, for places from 0 to 1. The compositor
 * turns what it draws, and takes the places of the panel as they are.
 */
const turnOfTouch = { 0: undefined, 90: '0 1 0 -1 0 1', 180: '-1 0 1 0 -1 1', 270: '0 -1 1 1 0 0' } as const;

/** A file that follows from the settings. */
export interface DerivedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * What units and rules need of the settings, in the forms that they read. All
 * but the rule live in /run, so that a terminal whose settings are changed by
 * hand is right again at the next start.
 */
export function derivedFiles(settings: TerminalSettings): readonly DerivedFile[] {
  const turn = turnOfTouch[settings.rotation];
  const hub = settings.hub === undefined ? undefined : new URL(settings.hub);
  return [
    { path: '/run/owso-kiosk-settings/display.env', text: `OWSO_ROTATION=${settings.rotation}\n` },
    {
      path: '/run/owso-kiosk-settings/hub',
      // Host and port, for the firewall.
      text: hub === undefined ? '' : `${hub.hostname.replace(/^\[|\]$/g, '')} ${hub.port === '' ? (hub.protocol === 'https:' ? 443 : 80) : hub.port}\n`,
    },
    {
      path: '/etc/udev/rules.d/73-owso-kiosk-input.rules',
      text: [
        '# Devices that may type, and how touch is turned: from the settings of the terminal. Written by `owso-kiosk provision`.',
        ...settings.keyboards.map((id) => {
          const [vendor, product] = id.split(':');
          return `SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_VENDOR_ID}=="${vendor}", ENV{ID_MODEL_ID}=="${product}", ENV{LIBINPUT_IGNORE_DEVICE}="0"`;
        }),
        // A panel that somebody calibrated with a rule of their own stays as it is.
        ...(turn === undefined ? [] : [`SUBSYSTEM=="input", KERNEL=="event*", ENV{LIBINPUT_CALIBRATION_MATRIX}!="?*", ENV{LIBINPUT_CALIBRATION_MATRIX}="${turn}"`]),
        '',
      ].join('\n'),
    },
  ];
}
