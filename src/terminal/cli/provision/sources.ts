import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setupReaderLimits } from '../../../api/setup-reader.ts';
import type { Terminal } from '../../../console/command.ts';
import type { Refusal } from '../../../console/refusal.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import type { Machine } from '../machine.ts';
import { setupFromCamera } from '../setup-code/from-camera.ts';
import { setupFromPicture } from '../setup-code/from-picture.ts';
import { fileKind } from '../setup-code/picture-type.ts';
import type { ReadSetup } from '../setup-code/reader.ts';
import { readAnswers, type Answers } from './answers.ts';

/** Longest file of answers, bytes. */
const longest = 100_000;

/** Where answers can come from. */
export interface Sources {
  readonly machine: Machine;
  readonly terminal: Terminal;
  /** Reads what is piped into the program. */
  readonly input: () => Promise<string>;
  readonly readSetup: ReadSetup;
}

/** Answers that were given before anything was asked. */
export interface Given {
  readonly answers: Answers | undefined;
  /** From the staff page's code: it says where the terminal belongs, not what it is made of. */
  readonly scanned: boolean;
}

/** The first bytes of a file: no more than a picture may have, and one to tell that it has more. */
async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of file.createReadStream({ end: setupReaderLimits.pictureBytes, autoClose: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
    }
    return Buffer.concat(chunks, length);
  } finally {
    await file.close();
  }
}

function scanned(code: Result<string, Refusal>): Result<Given, Refusal> {
  return code.ok ? given(code.value, 'the code', true) : code;
}

function given(text: string, name: string, isScanned: boolean): Result<Given, Refusal> {
  const answers = readAnswers(text, name);
  if (answers.ok) return ok({ answers: answers.value, scanned: isScanned });
  return err({ code: 'badAnswers', message: answers.error.join(' '), mend: 'Nothing was changed. owso-kiosk provision --help shows how answers are written.' });
}

/** Reads the answers that `--from` names. @param from absent: all is asked. Throws as reading a file does. */
export async function givenAnswers({ machine, terminal, input, readSetup }: Sources, from: string | undefined): Promise<Result<Given, Refusal>> {
  if (from === undefined) return ok({ answers: undefined, scanned: false });
  if (from === '-') return given(terminal.ask === undefined ? await input() : await terminal.ask('Scan the code on the staff page', false), 'the input', true);
  if (from === 'camera') return scanned(await setupFromCamera(machine, terminal, readSetup));
  const bytes = await readStart(resolve(terminal.cwd, from));
  const kind = fileKind(bytes);
  if (kind === 'image/png' || kind === 'image/jpeg') return scanned(await setupFromPicture(machine, terminal, readSetup, { type: kind, bytes }));
  if (kind !== 'text') return err({ code: 'otherPicture', message: `${from} is a file of the kind ${kind}, in which no code is looked for. Nothing was changed.`, mend: 'Give the picture as PNG or JPEG: a picture of the telephone’s screen is one.' });
  if (bytes.length > longest) return err({ code: 'badAnswers', message: `${from} is too long for a file of answers.`, mend: 'Nothing was changed. owso-kiosk provision --help shows how answers are written.' });
  return given(bytes.toString('utf8'), from, false);
}
