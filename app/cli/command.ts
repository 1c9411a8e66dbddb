/** What a command of the command line is: a name, words for its help, the options it takes, and what it does. */
import type { ExitCode } from './failure'
import type { OptionName, Typed } from './options'

export interface Command {
  readonly name: string
  readonly usage: string
  readonly doc: string
  readonly options: readonly OptionName[]
  readonly run: (typed: Typed) => Promise<ExitCode>
}
