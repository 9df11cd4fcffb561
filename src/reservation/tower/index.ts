export { reservationTower, type Tower, type TowerOptions } from './tower.ts'
