import { createApp } from 'vue'
import { browserClock } from './clock.ts'
import ConsoleApp from './console/console-app.vue'
import { consoleDeskKey, createConsoleDesk } from './console/console-desk.ts'
import { speechKey } from './words/speech.ts'
import './theme.css'
import './console/console.css'

const desk = createConsoleDesk(browserClock)
createApp(ConsoleApp).provide(speechKey, desk.speech).provide(consoleDeskKey, desk).mount('#app')
