/** Formulas that are written with words. */
import type { Phrases } from '../../translate'

export const formulas: Phrases = {
  exact: {
    'moving mean': '滑动均值',
    'moving variance': '滑动方差',
    'mean of ∂L/∂x̂': '∂L/∂x̂ 的均值',
    'mean of ∂L/∂x̂·x̂': '∂L/∂x̂·x̂ 的均值',
    token: '词元',
    'E[token]': 'E[词元]',
    'Σ ∂L/∂y where the token stands': '该词元各处的 Σ ∂L/∂y',
    'step in time': '时间步',
    'f·c before + i·g': 'f·c(前) + i·g',
    '∂L/∂y + what comes from the step after': '∂L/∂y + 后一步传回的部分',
    'chain rule through h and c': '经 h 与 c 的链式法则',
    '1 if net > 0, else 0': 'net > 0 时为 1，否则为 0',
    'net if net > 0, else e^net − 1': 'net > 0 时为 net，否则为 e^net − 1',
    '1 if net > 0, else y + 1': 'net > 0 时为 1，否则为 y + 1',
    'λ·net if net > 0, else λα(e^net − 1)': 'net > 0 时为 λ·net，否则为 λα(e^net − 1)',
    'λ if net > 0, else y + λα': 'net > 0 时为 λ，否则为 y + λα',
  },
  patterns: [
    ['{0} at this step', '本步的 {0}'],
    ['{0} + … ({1} more)', '{0} + …（还有 {1} 项）'],
    ['{0} if {1} > 0, else {2}', '{1} > 0 时为 {0}，否则为 {2}'],
  ],
}
