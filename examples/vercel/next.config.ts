import type { NextConfig } from 'next'

const nextConfig: NextConfig = {
  // As in a new app.
  cacheComponents: true,
}

export default nextConfig
