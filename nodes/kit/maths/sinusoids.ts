/** Sines in the even columns, cosines in the odd ones: [time, features], row by row (Vaswani et al. 2017, section 3.5). */
export const sinusoids = (time: number, features: number, base: number): Float32Array =>
  Float32Array.from({ length: time * features }, (_, at) => {
    const column = at % features
    const angle = Math.floor(at / features) * base ** (-(column - (column % 2)) / features)
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
  })
