/** Draws any curve as the loss chart does, in a page of its own. */
import uPlot from 'uplot'
import { plotOptions } from '../../../renderer/run/curve-plot'
import { align, smooth, thin } from '../../../renderer/run/series'
import { readTheme } from '../../../renderer/ui/paint-theme'

export interface ChartsPage {
  /** Gives how many numbers stand at the value axis once it is drawn. */
  draw(values: readonly number[], log: boolean): Promise<number>
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))

async function draw(values: readonly number[], log: boolean): Promise<number> {
  const host = document.createElement('div')
  document.body.append(host)
  const theme = readTheme()
  let labels = 0
  const options = plotOptions(
    () => theme,
    log,
    () => {},
    () => null,
  )
  const [across, upwards] = options.axes ?? []
  const counted: uPlot.Axis = {
    ...upwards,
    values(_plot, splits) {
      labels = splits.length
      return splits.map(String)
    },
  }
  const plot = new uPlot({ ...options, axes: [across ?? {}, counted] }, [[], [], [], [], []], host)
  const line = { x: values.map((_, index) => index + 1), y: values, length: values.length }
  const smoothed = { ...line, y: smooth(values, values.length, 0.6) }
  plot.setData(align([thin(line, 300, log), thin(smoothed, 300, log), [], []]))
  await nextFrame()
  await nextFrame()
  plot.destroy()
  host.remove()
  return labels
}

Object.assign(globalThis, { charts: { draw } satisfies ChartsPage })
