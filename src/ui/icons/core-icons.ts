/** The icons of the frame, the attract screen and home: all that the first bundle carries. */
export {
  Accessibility,
  ArrowDown,
  ArrowLeft,
  ArrowUp,
  ChevronRight,
  Clock,
  FileSearch,
  HeartHandshake,
  House,
  Languages,
  Landmark,
  RotateCcw,
  ScanQrCode,
  Tags,
  TriangleAlert,
  X,
} from 'lucide';
