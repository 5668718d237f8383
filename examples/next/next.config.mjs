export default {
  // They load files that stand beside them, which a bundle would lose.
  serverExternalPackages: ['milepost', '@electric-sql/pglite'],
}
