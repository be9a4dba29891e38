import { pinFile } from './pin.ts';

/** Where a terminal keeps its things. Programs take a root folder before them for tests and images. */
export const places = {
  /** {@link ./settings.ts}: root:root 0644. */
  settings: '/etc/owso-kiosk/terminal.yaml',
  /** {@link ./pin.ts}: root:owso-kiosk-agent 0640. */
  pin: pinFile,
  /** The agent's own: key, enrolment, content from sticks. */
  state: '/var/lib/owso-kiosk-agent',
  /** Chromium's profile. */
  profile: '/var/lib/owso-kiosk/profile',
  /** In memory, gone with a restart of the machine. */
  run: '/run/owso-kiosk',
  /** Modified at each good heartbeat of the page. */
  heartbeat: '/run/owso-kiosk/heartbeat',
  /** {@link ./agent-state.ts}: what the agent knows, for the commands on this machine. */
  agentState: '/run/owso-kiosk/state.json',
  /** A file here, of the name of what is wanted, has root do it. */
  requests: '/run/owso-kiosk/requests',
  /** What came of it. */
  results: '/run/owso-kiosk/results',
  /** Programs of the package. */
  programs: '/usr/lib/owso-kiosk-terminal',
  /** The built app with its baseline content. */
  app: '/usr/share/owso-kiosk-terminal/app',
  /** The page that reads set-up codes for `provision`, as built. */
  setup: '/usr/share/owso-kiosk-terminal/setup',
  /** The content that came with the package, as a repository: what a terminal without a hub is served. */
  content: '/usr/share/owso-kiosk-terminal/content',
  /** Chromium's managed policies. */
  policies: '/etc/chromium/policies/managed',
} as const;

/** Accounts of the two services. Neither has a password or a shell. */
export const users = { display: 'owso-kiosk', agent: 'owso-kiosk-agent' } as const;

/** Units of systemd that have to run on a terminal that is in use, in the order of their start. */
export const units = {
  settings: 'owso-kiosk-settings.service',
  firewall: 'owso-kiosk-firewall.service',
  firewallHub: 'owso-kiosk-firewall-hub.timer',
  agent: 'owso-kiosk-agent.service',
  requests: 'owso-kiosk-requests.target',
  display: 'owso-kiosk.service',
} as const;

/** Runs while the lock is released: the console for the technician. */
export const consoleUnit = 'owso-kiosk-console.service';

/** Takes a picture of the screen, for the agent and for `owso-kiosk screenshot`. */
export const screenshotUnit = 'owso-kiosk-request@screenshot.service';

/** What the page calls its own. */
export const pageOrigin = 'http://localhost:8480';
