import type { Duplex } from 'node:stream';
import type { Ended } from './command.ts';
import type { InputStep } from './input.ts';

/** Devices that can be pulled from a machine and put back. */
export type Device = 'keyboard' | 'pointer' | 'touch' | 'camera';

/** Size of a machine's panel in pixels. */
export interface PanelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A computer that a test owns, with a panel, a person's hands before it and a
 * technician's right to look inside. Errors throw: where a machine does not do
 * what it is told, a test has nothing to say.
 */
export interface Machine {
  readonly kind: 'container' | 'virtual machine';
  readonly panel: PanelSize;
  /** Runs a shell line as a user, `root` unless told. */
  exec(line: string, options?: { readonly user?: string; readonly timeout?: number }): Promise<Ended>;
  /** Like {@link exec}, and throws if the line fails. @returns standard output */
  sh(line: string, options?: { readonly user?: string; readonly timeout?: number }): Promise<string>;
  /** Writes a file, root's and 0644 unless told. */
  write(path: string, content: string | Buffer, mode?: number): Promise<void>;
  read(path: string): Promise<Buffer>;
  /** What is on the panel now, as PNG: what a person would see, whoever drew it. */
  picture(): Promise<Buffer>;
  /** What hands do, in order and time. Resolves when the last step was done. */
  input(steps: readonly InputStep[]): Promise<void>;
  unplug(device: Device): Promise<void>;
  plug(device: Device): Promise<void>;
  /** A connection to a port of the machine's own loopback. */
  connect(port: number): Duplex;
  /** Pulls the plug: nothing is asked, nothing is written. */
  cutPower(): Promise<void>;
  /** Starts it (again); resolves when its system is up. */
  start(): Promise<void>;
  /** Ends it and forgets everything that was written to it. */
  remove(): Promise<void>;
}
