/** Commands whose names are taken and whose work is still to come: they say so and end as wrong usage. */
import type { Command } from './command'
import { fail } from './failure'

function toCome(name: string, usage: string, doc: string, options: Command['options']): Command {
  return {
    name,
    usage,
    doc: `${doc} Not there yet.`,
    options,
    run: () =>
      Promise.resolve().then(() =>
        fail('usage', `wiregrad ${name} is not there yet: it comes with a later version.`),
      ),
  }
}

export const diagnose = toCome(
  'diagnose',
  'wiregrad diagnose FILE [--steps N] [--cure OUT]',
  'Train a little and say why it does not learn.',
  ['steps', 'cure', 'data', 'seed', 'backend', 'json', 'help'],
)
