/**
 * How a command gives up: an exit code that scripts can rely on and a sentence on stderr. Thrown only inside the
 * command line, which is the outermost border; caught once, in main.
 */

export const exitCodes = {
  fine: 0,
  /** The graph or the data has problems. */
  problems: 1,
  usage: 2,
  /** The run failed or diverged. */
  failed: 3,
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export class CommandFailure extends Error {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, sentence: string) {
    super(sentence)
    this.exitCode = exitCode
  }
}

export function fail(kind: Exclude<keyof typeof exitCodes, 'fine'>, sentence: string): never {
  throw new CommandFailure(exitCodes[kind], sentence)
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
