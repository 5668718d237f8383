/** Plays two soft tones; none before the user has touched the page, since browsers allow none. */
export function playChime(): void {
  if (!navigator.userActivation?.hasBeenActive) return
  const audio = new AudioContext()
  for (const [i, frequency] of [660, 880].entries()) {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()]
    const start = audio.currentTime + i * 0.14
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(0.08, start)
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.4)
    tone.connect(volume).connect(audio.destination)
    tone.start(start)
    tone.stop(start + 0.4)
    if (i === 1) tone.onended = () => void audio.close()
  }
}
