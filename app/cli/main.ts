/**
 * The command line: finds the command, runs it, and turns what happens into an exit code. stdout carries the answer,
 * stderr everything else.
 */
import process from 'node:process'
import { check } from './check'
import type { Command } from './command'
import { diagnose } from './diagnose'
import { evaluate } from './evaluate'
import { exportModel } from './export'
import { CommandFailure, exitCodes, fail, type ExitCode } from './failure'
import { optionLines, parseOptions } from './options'
import { afterAllIsSaid, note, say, watchReader } from './print'
import { importModel } from './import'
import { train } from './train'
import { version } from './version'

const commands: readonly Command[] = [check, train, evaluate, exportModel, importModel, diagnose]

function generalHelp(): string[] {
  const width = Math.max(...commands.map((command) => command.name.length))
  return [
    'wiregrad COMMAND FILE …',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.doc}`),
    '',
    'wiregrad COMMAND --help tells more about a command.',
    'Exit codes: 0 fine; 1 the graph or the data has problems; 2 wrong usage; 3 the run failed or diverged; 130 interrupted.',
  ]
}

function commandHelp(command: Command): string[] {
  return [command.usage, '', command.doc, '', ...optionLines(command.options)]
}

async function run(words: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = words
  if (name === '--version') {
    say(version())
    return exitCodes.fine
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const wanted = name === undefined ? note : say
    for (const line of generalHelp()) wanted(line)
    return name === undefined ? exitCodes.usage : exitCodes.fine
  }
  const command = commands.find((one) => one.name === name)
  if (command === undefined) {
    fail(
      'usage',
      `There is no command "${name}": choose among ${commands.map((one) => one.name).join(', ')}. See wiregrad --help.`,
    )
  }
  const typed = parseOptions(rest, command.options, command.name)
  if (typed.flag('help')) {
    for (const line of commandHelp(command)) say(line)
    return exitCodes.fine
  }
  return command.run(typed)
}

async function main(): Promise<void> {
  watchReader((error) => {
    // A reader that has seen enough (`| head`) ends the command, not with a stack trace.
    if (error.code === 'EPIPE') process.exit(exitCodes.fine)
    note(`wiregrad: The answer cannot be written: ${error.message}.`)
    process.exit(exitCodes.failed)
  })
  let code: number
  try {
    code = await run(process.argv.slice(2))
  } catch (error) {
    const expected = error instanceof CommandFailure
    note(
      expected
        ? `wiregrad: ${error.message}`
        : `wiregrad: this should not happen. ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    code = expected ? error.exitCode : exitCodes.failed
  }
  // The engine may still hold timers and ports.
  afterAllIsSaid(() => process.exit(code))
}

await main()
