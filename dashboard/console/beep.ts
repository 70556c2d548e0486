/** A short tone, for a person who looks elsewhere when a vehicle waits for a decision. Silent where the browser does not allow sound. */
export function beeper(): () => void {
  let context: AudioContext | null = null
  return () => {
    context ??= new AudioContext()
    if (context.state === 'suspended') void context.resume()
    const tone = context.createOscillator()
    const loud = context.createGain()
    tone.frequency.value = 880
    loud.gain.setValueAtTime(0.2, context.currentTime)
    loud.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.35)
    tone.connect(loud).connect(context.destination)
    tone.start()
    tone.stop(context.currentTime + 0.36)
  }
}
