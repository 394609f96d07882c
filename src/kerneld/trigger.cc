#include "kerneld/trigger.h"

#include "base/text.h"
#include "config/pattern.h"

namespace kmodern::kerneld {
namespace {

struct Row {
  std::string_view pattern;  // normalised
  Trigger trigger;
};

// The first that matches counts.
constexpr std::array<Row, 46> rows = {{
    {"net_pf_16_*", Trigger::netlink},  // 16 is AF_NETLINK
    {"net_pf_38*", Trigger::crypto},    // AF_ALG
    {"net_pf_*", Trigger::socket},
    {"bt_proto_*", Trigger::socket},
    {"can_proto_*", Trigger::socket},
    {"tcp_*", Trigger::socket},
    {"rxrpc*", Trigger::socket},
    {"crypto_*", Trigger::crypto},
    {"algif_*", Trigger::crypto},
    {"cryptomgr", Trigger::crypto},
    {"fs_*", Trigger::filesystem},
    {"binfmt_*", Trigger::binfmt},
    {"char_major_*", Trigger::device},
    {"block_major_*", Trigger::device},
    {"devname:*", Trigger::device},
    {"tty_ldisc_*", Trigger::device},
    {"rtnl_link_*", Trigger::netlink},
    {"rtnl_lwt_*", Trigger::netlink},
    {"nfnetlink_subsys_*", Trigger::netlink},
    {"rdma_netlink_subsys_*", Trigger::netlink},
    {"net_l2tp_type_*", Trigger::netlink},
    {"xfrm_type_*", Trigger::netlink},
    {"xfrm_offload_*", Trigger::netlink},
    {"netdev_*", Trigger::netadmin},
    {"nft_*", Trigger::netadmin},
    {"xt_*", Trigger::netadmin},
    {"ipt_*", Trigger::netadmin},
    {"ip6t_*", Trigger::netadmin},
    {"arpt_*", Trigger::netadmin},
    {"ebt_*", Trigger::netadmin},
    {"iptable_*", Trigger::netadmin},
    {"ip6table_*", Trigger::netadmin},
    {"arptable_*", Trigger::netadmin},
    {"ip_set*", Trigger::netadmin},
    {"ip_vs*", Trigger::netadmin},
    {"nfct_helper_*", Trigger::netadmin},
    {"nf_nat_*", Trigger::netadmin},
    {"sch_*", Trigger::netadmin},
    {"cls_*", Trigger::netadmin},
    {"act_*", Trigger::netadmin},
    {"ematch_kind_*", Trigger::netadmin},
    {"ife_meta_*", Trigger::netadmin},
    {"team_mode_*", Trigger::netadmin},
    {"vport_type_*", Trigger::netadmin},
    {"ts_*", Trigger::netadmin},
    {"*:*", Trigger::hardware},
}};

}  // namespace

std::string_view name(Trigger trigger) {
  switch (trigger) {
    case Trigger::socket:
      return "socket";
    case Trigger::crypto:
      return "crypto";
    case Trigger::filesystem:
      return "filesystem";
    case Trigger::binfmt:
      return "binfmt";
    case Trigger::device:
      return "device";
    case Trigger::netlink:
      return "netlink";
    case Trigger::netadmin:
      return "netadmin";
    case Trigger::hardware:
      return "hardware";
    case Trigger::other:
      return "other";
  }
  return "?";
}

Trigger trigger_of(std::string_view wanted) {
  const auto normal = normalize_name(wanted);
  if (!normal) return Trigger::other;
  for (const Row& row : rows) {
    if (config::pattern_matches(row.pattern, *normal)) return row.trigger;
  }
  return Trigger::other;
}

}  // namespace kmodern::kerneld
