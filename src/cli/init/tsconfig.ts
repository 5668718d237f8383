/** What a tsconfig.json says about modules and about what is built. */
export type CompilerSettings = {
  /** Whether relative imports end with `.ts`. */
  readonly importsTs: boolean
  /** Whether `import` and `export` are refused in files that are CommonJS (TS1295). */
  readonly refusesImportsInCommonJs: boolean
  /** Whether every file is compiled to CommonJS, whatever package.json says. */
  readonly makesCommonJs: boolean
  /** The folder of what is built, if it is said. */
  readonly outDir: string | null
}

/** Reads the text of a tsconfig.json, which may be empty. */
export function compilerSettings(tsconfig: string): CompilerSettings {
  const text = withoutComments(tsconfig)
  const module = /"module"\s*:\s*"(\w+)"/.exec(text)?.[1]?.toLowerCase() ?? ''
  const makesCommonJs = module === 'commonjs'
  const isVerbatim = /"verbatimModuleSyntax"\s*:\s*true/.test(text)
  return {
    importsTs: /"(allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(text),
    refusesImportsInCommonJs: isVerbatim && (makesCommonJs || /^node(16|18|20|next)$/.test(module)),
    makesCommonJs,
    outDir: /"outDir"\s*:\s*"(?:\.\/)?([^"]+?)\/?"/.exec(text)?.[1] ?? null,
  }
}

// `tsc --init` writes most options as comments.
function withoutComments(text: string): string {
  return text.replaceAll(/("(?:\\.|[^"\\\n])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted: string = '') => quoted)
}
