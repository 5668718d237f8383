export function shippedCss(css: string): string
