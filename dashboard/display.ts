import { createApp } from 'vue'
import DisplayApp from './display/display-app.vue'
import { createSpeech, speechKey } from './words/speech.ts'
import './theme.css'

createApp(DisplayApp).provide(speechKey, createSpeech()).mount('#app')
