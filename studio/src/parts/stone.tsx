const colours = {
  common: 'text-common',
  rare: 'text-rare',
  epic: 'text-epic',
  legendary: 'text-legendary',
} as const

type Rarity = keyof typeof colours

/** A milestone stone with an icon on it. Addresses of images show as a star: nothing is loaded from elsewhere. */
export function Stone({ icon, rarity, size = 24 }: { icon: string | null; rarity?: Rarity; size?: number }) {
  const isSymbol = icon !== null && icon !== '' && [...icon].length <= 8 && !/[/.]/.test(icon)
  return (
    <svg
      viewBox="0 0 32 32"
      width={size}
      height={size}
      aria-hidden
      className={`shrink-0 ${rarity ? colours[rarity] : 'text-n7'}`}
    >
      <path
        d="M6 29V13.500a10 10 0 0 1 20 0V29z"
        fill="currentColor"
        fillOpacity="0.16"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      <text x="16" y="23" textAnchor="middle" fontSize="15" fill="currentColor">
        {isSymbol ? icon : '★'}
      </text>
    </svg>
  )
}

/** A rarity as a word in its colour. */
export function RarityWord({ rarity }: { rarity: Rarity }) {
  return <span className={`text-xs font-medium capitalize ${colours[rarity]}`}>{rarity}</span>
}
