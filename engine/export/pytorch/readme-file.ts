/** `README.md` of the project: what the files are, how they are run, and where PyTorch differs by design. */
import type { Plan } from '../../analyse/plan'
import { arrayWords, rowArrays } from './data-file'
import { emitOf } from './graph'
import type { ValueName } from './graph'
import { words } from './python'

export interface ReadmeFacts {
  readonly plan: Plan
  readonly name: string
  readonly helpers: boolean
  /** What a batch holds; null where there is nothing to train. */
  readonly batch: readonly ValueName[] | null
  /** Whether data.npz is among the files. */
  readonly samples: boolean
}

/** Whether some step is random: no two generators agree. */
function notes(plan: Plan): readonly string[] {
  const emits = plan.steps.map(emitOf)
  const random = emits.some(
    ({ call, takesBatchSize }) => takesBatchSize === true || /^nn\.\w*Dropout/.test(call),
  )
  const averages = emits.some(({ call }) => call.startsWith('nn.BatchNorm'))
  return [
    ...(random
      ? [
          'Dropout and noise are drawn by PyTorch’s generator, so a training with them takes another, equally good, way.',
        ]
      : []),
    ...(averages
      ? [
          'Batch normalisation: PyTorch keeps the unbiased variance in its moving average, Wiregrad (as Keras) the biased one. Training is the same; predictions after it differ slightly. In several processes each sees its own share of the batch only.',
        ]
      : []),
  ]
}

function training({ plan, batch, samples }: ReadmeFacts): string {
  if (batch === null) return ''
  const arrays = arrayWords(plan, batch).map((line) => `- \`${line.replace(':', '`:')}`)
  return `
## Train

\`\`\`sh
python train.py
torchrun --nproc_per_node=2 train.py   # the same, shared out over two processes
\`\`\`

\`--epochs\`, \`--steps\`, \`--batch-size\` (of all processes together), \`--seed\`; \`python train.py --help\` says the rest.
It starts from \`weights.safetensors\` and leaves \`trained/weights.safetensors\`, which Wiregrad opens, and the losses.

${samples ? '`data.npz` holds the samples as they were trained on (scaled and encoded):' : 'The samples are not among the files. `data.npz` should hold, scaled and encoded as in the graph:'}

${arrays.join('\n')}
- \`${Object.values(rowArrays).join('`, `')}\`: the numbers of the samples in each split, int32${samples ? '' : ' (the last two may be missing)'}
`
}

export function readmeFile(facts: ReadmeFacts): string {
  const { plan, name, helpers, batch } = facts
  const differs = notes(plan)
  return `# ${words(name) || 'A network'}

Written by Wiregrad: ${plan.parameters.toLocaleString('en-GB')} parameters, in PyTorch 1.13 or later.

\`\`\`python
from model import Model
from weights import read_weights

model = Model()
model.load_state_dict(read_weights("weights.safetensors"))
model.eval()
\`\`\`

| file | what it is |
|---|---|
| \`model.py\` | the network, one line a node; it gives what the graph's outputs give (scores, where a loss takes scores) |
${helpers ? '| `wiregrad.py` | what the nodes compute and PyTorch has no module for |\n' : ''}| \`weights.safetensors\` | the weights, by PyTorch's names |
| \`weights.py\` | reads and writes them |
${batch === null ? '' : '| `train.py`, `data.py` | the training, and its samples |\n'}
Values lie channels-last (batch, height, width, channels); \`movedim\` stands where PyTorch wants the channels at axis 1.
${training(facts)}${differs.length === 0 ? '' : `\n## Where PyTorch differs\n\n${differs.map((note) => `- ${note}`).join('\n')}\n`}`
}
