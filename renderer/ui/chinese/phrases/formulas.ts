/** Formulas that are written with words. */
import type { Phrases } from '../../translate'

export const formulas: Phrases = {
  exact: {
    '1 if net > 0, else 0': 'net > 0 时为 1，否则为 0',
    'net if net > 0, else e^net − 1': 'net > 0 时为 net，否则为 e^net − 1',
    '1 if net > 0, else y + 1': 'net > 0 时为 1，否则为 y + 1',
    'λ·net if net > 0, else λα(e^net − 1)': 'net > 0 时为 λ·net，否则为 λα(e^net − 1)',
    'λ if net > 0, else y + λα': 'net > 0 时为 λ，否则为 y + λα',
  },
  patterns: [
    ['{0} + … ({1} more)', '{0} + …（还有 {1} 项）'],
    ['{0} if {1} > 0, else {2}', '{1} > 0 时为 {0}，否则为 {2}'],
  ],
}
