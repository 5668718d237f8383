// Generated from package.json by scripts/inline-version.mjs: edit that, never this.
export const packageVersion: string = '0.1.0'
