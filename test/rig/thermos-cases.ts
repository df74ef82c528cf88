import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One recorded run of the original; the fields that our runners of these cases read. */
export interface ThermosCase {
  readonly name: string;
  readonly kind?: 'observer';
  readonly taskId?: string | null;
  readonly definition?: string;
  readonly fileExtension?: string;
  readonly argv?: readonly string[];
  readonly callerEnv?: Readonly<Record<string, string>>;
  readonly umask?: string;
  readonly sandboxMode?: string;
  readonly setup?: Readonly<Record<string, string>>;
  readonly script?: readonly ScriptStep[];
  readonly exit?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly commands?: readonly RecordedCommand[];
  readonly checkpoint?: readonly RecordedRecord[];
  readonly checkpointVariants?: ReadonlyArray<readonly RecordedRecord[]>;
  readonly coordinators?: Readonly<Record<string, readonly RecordedRecord[]>>;
  readonly checkpointHex?: Readonly<Record<string, string>>;
  readonly processes?: Readonly<Record<string, RecordedProcess>>;
  readonly task?: string | null;
  readonly taskLocation?: string | null;
  readonly taskJson?: unknown;
  readonly rootTree?: readonly string[];
  readonly files?: readonly RecordedFile[];
  readonly status?: RecordedCommand;
  readonly read?: RecordedCommand;
  readonly inspect?: RecordedCommand;
  readonly unordered?: ReadonlyArray<readonly [string, string]>;
  readonly unstable?: readonly string[];
  readonly timing?: unknown;
}

export type ScriptStep = Readonly<Record<string, unknown>>;

export interface RecordedCommand {
  readonly argv?: readonly string[];
  readonly exit?: number | null;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly probe?: string;
  readonly pattern?: string;
  readonly count?: number;
}

export interface RecordedRecord {
  readonly task?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly process?: Readonly<Record<string, unknown>>;
}

export interface RecordedProcess {
  readonly state: string;
  readonly runs: number;
  readonly history: ReadonlyArray<{
    readonly state: string;
    readonly returnCode?: number;
    readonly lastSeq: number;
  }>;
}

export interface RecordedFile {
  readonly path: string;
  readonly mode?: string;
  readonly uid?: number;
  readonly size?: number;
  readonly sha256?: string;
  readonly text?: string;
  readonly hex?: string;
  readonly type?: 'dir';
  readonly normalised?: boolean;
}

export function recordedCases(): readonly ThermosCase[] {
  const file = join(import.meta.dirname, '..', 'testdata', 'cases', 'thermos-cases.json');
  return JSON.parse(readFileSync(file, 'utf8')) as ThermosCase[];
}
