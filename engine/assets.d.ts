/** Imports that the bundler answers with an address. */
declare module '*?url' {
  export const url: string
  export default url
}

/** The same of the script of a worker. */
declare module '*?worker&url' {
  export const url: string
  export default url
}
