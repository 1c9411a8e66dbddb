/** Imports that the bundler answers with an address. */
declare module '*?url' {
  export const url: string
  export default url
}
