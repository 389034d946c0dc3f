# Values of mpdta_r_did.csv: R package did 2.5.0 (Callaway and Sant'Anna), its own data set mpdta (500 counties,
# 2003 to 2007), never-treated comparison, no covariates, analytic standard errors (no bootstrap).
# base_period = "varying"; cells after the start do not depend on it.
library(did)
data(mpdta)
gt <- att_gt(yname = "lemp", tname = "year", idname = "countyreal", gname = "first.treat", data = mpdta,
             control_group = "nevertreated", est_method = "reg", base_period = "varying",
             bstrap = FALSE, cband = FALSE)
simple <- aggte(gt, type = "simple", bstrap = FALSE, cband = FALSE)
dynamic <- aggte(gt, type = "dynamic", bstrap = FALSE, cband = FALSE)
cells <- data.frame(what = "cell", group = gt$group, at = gt$t, effect = gt$att, standard_error = gt$se)
events <- data.frame(what = "event", group = "", at = dynamic$egt, effect = dynamic$att.egt,
                     standard_error = dynamic$se.egt)
overall <- data.frame(what = "overall", group = "", at = "", effect = simple$overall.att,
                      standard_error = simple$overall.se)
post <- rbind(overall, cells[cells$at >= cells$group, ], events[events$at >= 0, ])
write.csv(post, "mpdta_r_did.csv", row.names = FALSE, quote = FALSE)
