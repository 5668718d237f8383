/** Plays two soft tones; none before the user has touched the page, since browsers allow none. */
export function playChime(): void {
  if (!navigator.userActivation?.hasBeenActive) return
  const audio = new AudioContext()
  const [tone, volume, start] = [audio.createOscillator(), audio.createGain(), audio.currentTime]
  tone.frequency.value = 660
  tone.frequency.setValueAtTime(880, start + 0.14)
  volume.gain.value = 0.08
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5)
  tone.connect(volume).connect(audio.destination)
  tone.start()
  tone.stop(start + 0.5)
  tone.onended = () => void audio.close()
}
