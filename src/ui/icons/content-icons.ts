import { Baby, Bike, BriefcaseBusiness, Building2, CarFront, ClipboardCheck, FileCheck, Flower2, Gem, GraduationCap, Hammer, HeartPulse, House, IdCard, LandPlot, Landmark, MapPinHouse, Plane, PlugZap, ReceiptText, Store, Users, Wheat, type IconNode } from 'lucide';
import type { IconDrawing } from './icon.tsx';

/** The icons that content may name, for topics and events. */
const table: Readonly<Record<string, IconNode>> = {
  family: Users,
  identity: IdCard,
  vehicle: CarFront,
  land: LandPlot,
  construction: Hammer,
  business: Store,
  certificate: FileCheck,
  agriculture: Wheat,
  work: BriefcaseBusiness,
  health: HeartPulse,
  education: GraduationCap,
  tax: ReceiptText,
  utilities: PlugZap,
  wedding: Gem,
  birth: Baby,
  death: Flower2,
  moving: MapPinHouse,
  shop: Store,
  motorbike: Bike,
  car: CarFront,
  house: House,
  travel: Plane,
  office: Landmark,
  province: Building2,
};

/** The icon of a name in the content; an unknown name gets a neutral one. */
export function contentIcon(name: string): IconDrawing {
  return (table[name] ?? ClipboardCheck) as IconDrawing;
}
