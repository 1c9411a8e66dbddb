/**
 * Every export format, by its name on the command line: one row each. All start from the same compiled layers, so that
 * what is written is what was trained.
 */
import { saveTfjsModel } from '../compile/tfjs-model'
import type { Compiled } from '../compile/compile'
import type { Exported, ExportSource } from '../export/exported'
import { exportKeras, exportKerasH5 } from '../export/keras/keras'
import { exportKerasScript } from '../export/keras/script'
import type { LoadedData } from '../data/load-data'
import { exportPytorch } from '../export/pytorch/export-pytorch'
import { exportNpz } from '../export/npz'
import { exportOnnx } from '../export/onnx/export-onnx'
import { toTorch } from '../export/torch-names'
import { writeSafetensors } from '../export/safetensors'
import type { ExportFormat } from '../session/protocol'
import type { TensorFlow } from '../backend/tfjs'
import type { Refusal } from '../../nodes/kit/spec'

export interface Exporting extends ExportSource {
  readonly tf: TensorFlow
  readonly compiled: Compiled
  /** Every sample as it is trained on, or null where the data are not at hand. */
  readonly samples: () => Promise<LoadedData | null>
}

type Exporter = (source: Exporting) => Exported | Refusal | Promise<Exported | Refusal>

function safetensors({ plan, weights }: ExportSource): Exported | Refusal {
  const torch = toTorch(plan, weights)
  if ('refused' in torch) return torch
  const bytes = writeSafetensors(torch.tensors, { format: 'pt' })
  return {
    files: [{ name: 'model.safetensors', bytes }],
    parameters: plan.parameters,
    names: torch.names,
  }
}

export const exporters: { readonly [F in ExportFormat]: Exporter } = {
  tfjs: ({ tf, compiled }) => saveTfjsModel(tf, compiled),
  onnx: exportOnnx,
  keras: exportKeras,
  h5: exportKerasH5,
  'keras-script': exportKerasScript,
  pytorch: async (source) => exportPytorch(source, (await source.samples()) ?? undefined),
  safetensors,
  npz: exportNpz,
}
