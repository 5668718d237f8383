import type { NextConfig } from 'next'

const nextConfig: NextConfig = {
  // PGlite loads files from the folder of its code. Nothing else needs this.
  serverExternalPackages: ['@electric-sql/pglite'],
}

export default nextConfig
