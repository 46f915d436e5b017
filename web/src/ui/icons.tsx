/** Pictures that objects and apps may name (`icon:` of a bundle); an unknown name is a circle. */
import {
  Activity,
  BookOpen,
  Box,
  Briefcase,
  Building,
  Calendar,
  CheckSquare,
  Circle,
  ClipboardList,
  CreditCard,
  FileText,
  Flag,
  Folder,
  Gift,
  Globe,
  Handshake,
  Heart,
  Home,
  Images,
  Inbox,
  Layers,
  LifeBuoy,
  List,
  ListTree,
  Mail,
  MapPin,
  Megaphone,
  MessageCircle,
  Package,
  Phone,
  Radar,
  Receipt,
  Shield,
  ShoppingCart,
  SquareKanban,
  Star,
  Tag,
  Target,
  Ticket,
  TrendingUp,
  Truck,
  User,
  Users,
  Wallet,
  Wrench,
  type LucideIcon,
} from "lucide-react";

export const OBJECT_ICONS: Record<string, LucideIcon> = {
  activity: Activity,
  "book-open": BookOpen,
  box: Box,
  briefcase: Briefcase,
  building: Building,
  calendar: Calendar,
  "check-square": CheckSquare,
  circle: Circle,
  "clipboard-list": ClipboardList,
  "credit-card": CreditCard,
  "file-text": FileText,
  flag: Flag,
  folder: Folder,
  gift: Gift,
  globe: Globe,
  handshake: Handshake,
  heart: Heart,
  home: Home,
  inbox: Inbox,
  layers: Layers,
  "life-buoy": LifeBuoy,
  list: List,
  mail: Mail,
  "map-pin": MapPin,
  megaphone: Megaphone,
  "message-circle": MessageCircle,
  package: Package,
  phone: Phone,
  radar: Radar,
  receipt: Receipt,
  shield: Shield,
  "shopping-cart": ShoppingCart,
  star: Star,
  tag: Tag,
  target: Target,
  ticket: Ticket,
  "trending-up": TrendingUp,
  truck: Truck,
  user: User,
  users: Users,
  wallet: Wallet,
  wrench: Wrench,
};

const VIEW_ICONS: Record<string, LucideIcon> = {
  list: List,
  board: SquareKanban,
  calendar: Calendar,
  gallery: Images,
  tree: ListTree,
  region: MapPin,
};

/** How a saved view shows its records. */
export function ViewIcon({ type, size = 16 }: { type: string; size?: number }) {
  const Icon = VIEW_ICONS[type] ?? List;
  return <Icon size={size} strokeWidth={1.75} aria-hidden />;
}

interface ObjectIconProps {
  name: string | null;
  size?: number;
  /** A menu gives its icons one. */
  className?: string;
}

export function ObjectIcon({ name, size = 16, className }: ObjectIconProps) {
  const Icon = OBJECT_ICONS[name ?? ""] ?? Circle;
  return <Icon size={size} strokeWidth={1.75} className={className} aria-hidden />;
}
