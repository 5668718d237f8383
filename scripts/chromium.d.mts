export function provideChromium(): string
