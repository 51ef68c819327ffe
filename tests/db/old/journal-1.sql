PRAGMA application_id = 1346521676;
BEGIN TRANSACTION;
CREATE TABLE fact (seq INTEGER PRIMARY KEY, op_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, version INTEGER NOT NULL,
    claim TEXT NOT NULL, epoch INTEGER NOT NULL, operator TEXT NOT NULL, made_at TEXT NOT NULL, body TEXT NOT NULL,
    hash TEXT NOT NULL);
INSERT INTO "fact" VALUES(1,'01a20542-4c98-70e4-b5f0-def377e379b6','StopReached',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.791Z','{"bin":"A-01-1"}','be6752b1745b752a49a61c5879efc08df93013db879341c12fa76d15bb23649e');
INSERT INTO "fact" VALUES(2,'01a20542-4c9d-725c-a5b5-4e185be2d0ea','ItemTaken',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.795Z','{"bin":"A-01-1","sku":"CUP-SAND","qty":1,"lot":"","serial":"","same_scan":false}','f41ef7e54e2c62398c269f68a86f6749a6e10e15e2375a38e5118e9e68d82dca');
INSERT INTO "fact" VALUES(3,'01a20542-4ca1-7113-b58c-760cf6ff1251','ItemTaken',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.800Z','{"bin":"A-01-1","sku":"CUP-SAND","qty":1,"lot":"","serial":"","same_scan":false}','bf1a86d86a0acc614e75c546726e286eb2dc64f0c3f8df1297063aeb5ff055ad');
INSERT INTO "fact" VALUES(4,'01a20542-4caa-708e-8333-b2defd254d75','ToteBound',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.808Z','{"shipment":"DE-1001-1","tote":"TL01"}','5d088844bc8768788cf8c4beca4f08875c5745b88946330acb52f3e573694057');
INSERT INTO "fact" VALUES(5,'01a20542-4caa-733c-b5d1-5d37ec383a03','ItemPlaced',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.808Z','{"shipment":"DE-1001-1","line":1,"bin":"A-01-1","tote":"TL01","sku":"CUP-SAND","qty":2,"lot":"","serial":"","same_scan":true}','d33ed5eabfd31b3ac3694d0c6663a43625ec58290ebfcd8bec9890c72ba20a59');
INSERT INTO "fact" VALUES(6,'01a20542-4cb4-73d0-9edb-8674a2dae59c','StopReached',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.819Z','{"bin":"A-01-2"}','83faf0418644f960cc5ce41d2cfbcb356d6dacb6d4c017d8374495e0ae476666');
INSERT INTO "fact" VALUES(7,'01a20542-4cbb-7332-add3-7222732a4954','ItemTaken',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.825Z','{"bin":"A-01-2","sku":"CUP-SLATE","qty":1,"lot":"","serial":"","same_scan":false}','b0353b68108bf8f4bee0dd4079612387a2b2ade0df708da38bc7152d9e019b98');
INSERT INTO "fact" VALUES(8,'01a20542-4cc3-7361-8c52-d0b5f1560dd8','ItemTaken',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.832Z','{"bin":"A-01-2","sku":"CUP-SLATE","qty":1,"lot":"","serial":"","same_scan":false}','85c17c1c7bfa562c2bee56a311a82d172e4509193acf71b52a345460705d0136');
INSERT INTO "fact" VALUES(9,'01a20542-4cc9-7260-810a-109721146d0f','ItemPlaced',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.840Z','{"shipment":"DE-1001-1","line":2,"bin":"A-01-2","tote":"TL01","sku":"CUP-SLATE","qty":2,"lot":"","serial":"","same_scan":false}','aac34be6b5d334d620d59f8426198fce8e61e4efdd0506af52981dda8922b084');
INSERT INTO "fact" VALUES(10,'01a20542-4cc9-7311-b28a-46f57e9aef98','PickFinished',1,'01a20542-4c71-72cc-8b2b-92a95f1f0dae',1,'PBCHIEF','2026-11-22T21:56:00.840Z','{"shipment":"DE-1001-1"}','3652a3c4c8666327bae477ea466a5aa4f77a05dcd76159a5e7d8f8a1f2d0301f');
INSERT INTO "fact" VALUES(11,'01a20542-4cf9-72ee-84dc-3d6411e87ac9','ItemPacked',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.888Z','{"shipment":"DE-1001-1","parcel":1,"line":1,"tote":"TL01","sku":"CUP-SAND","qty":1,"lot":"","serial":"","same_scan":false}','1608f7183db4ee4916f13d17ba9493d8518888765fc253a39ac070396b3301ec');
INSERT INTO "fact" VALUES(12,'01a20542-4cfb-70c5-84b1-b71f0c567266','ItemPacked',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.891Z','{"shipment":"DE-1001-1","parcel":1,"line":1,"tote":"TL01","sku":"CUP-SAND","qty":1,"lot":"","serial":"","same_scan":false}','2e29f10467e670d6984a48e91a94100d6e0e53b87fff80cff1c7f8eca2a774f2');
INSERT INTO "fact" VALUES(13,'01a20542-4cff-70ad-aa9f-86c4a369d59c','ItemPacked',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.894Z','{"shipment":"DE-1001-1","parcel":1,"line":2,"tote":"TL01","sku":"CUP-SLATE","qty":1,"lot":"","serial":"","same_scan":false}','210e49fddcef45b1ae8567bf0f3643112cd1b49b6b61d095402592e56f2a4e2c');
INSERT INTO "fact" VALUES(14,'01a20542-4d04-708d-acf5-9229526aac78','ItemPacked',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.899Z','{"shipment":"DE-1001-1","parcel":1,"line":2,"tote":"TL01","sku":"CUP-SLATE","qty":1,"lot":"","serial":"","same_scan":false}','a0c58e9fab9f1b435fa8a82569ca0df95e897e61a6ed96cff797d248ca067556');
INSERT INTO "fact" VALUES(15,'01a20542-4d07-71d9-83e8-b11ce85bcbc1','CartonChosen',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.902Z','{"shipment":"DE-1001-1","parcel":1,"carton":"BOX-S-HIGH"}','4f7426959ec8526ca8150f456b25d371da22a4b47583fde2c7df91023c3d19e3');
INSERT INTO "fact" VALUES(16,'01a20542-4d0a-70a0-8f3e-62d19796ac4c','StepConfirmed',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.906Z','{"shipment":"DE-1001-1","parcel":1,"step":"extra_protection","sku":""}','1600c2336af83003b14e458805b7f7a65a18a09e90c87f55879157d4900cdfbb');
INSERT INTO "fact" VALUES(17,'01a20542-4d0b-71db-beba-e1618395972a','StepConfirmed',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.907Z','{"shipment":"DE-1001-1","parcel":1,"step":"separate","sku":""}','174dc7eeb255655c8a7d3ee12376d87a4c4cc1fed2a2b426627b63a925c8d9f4');
INSERT INTO "fact" VALUES(18,'01a20542-4d0c-710e-9aa0-12efd9d30435','ParcelClosed',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.908Z','{"shipment":"DE-1001-1","parcel":1,"issue":1,"sscc":"395212341000000011","tracking":"RK0300000001","weight_g":1480,"news_age_s":0}','447aa9a0a59ca6ad50ebe9ca560268167bfda9d348c5043236a2a6aa7e80cd2c');
INSERT INTO "fact" VALUES(19,'01a20542-4d0e-7052-8caa-fd0a8862bcef','LabelConfirmed',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.910Z','{"shipment":"DE-1001-1","parcel":1,"issue":1}','03ba357a99b4c166bc2a61938f251adf26428fd5163fc1c34d44a1a3ac83e8d2');
INSERT INTO "fact" VALUES(20,'01a20542-4d0e-730d-9106-177c9bbd2710','PackFinished',1,'01a20542-4ce9-7032-a977-b01a27ba9b33',2,'PBCHIEF','2026-11-22T21:56:00.910Z','{"shipment":"DE-1001-1"}','a94283bacc55b10277baf25f3ee9a99d835596eadf05df071e863e29db672c9d');
INSERT INTO "fact" VALUES(21,'01a20542-4d69-733a-b80e-44e2dec1c724','PackFinished',1,'01a20542-4d59-71d0-8ed8-8b9461552efc',3,'PBCHIEF','2026-11-22T21:56:01.001Z','{"shipment":"DE-1001-1"}','248ffeb7aa743e7bcd5d2e2da75a78b291bc7609a9e741fe81fb7325fe1e2bbb');
INSERT INTO "fact" VALUES(22,'01a20542-4d69-733b-a2a2-c235a12df8c5','JobLeft',1,'01a20542-4d59-71d0-8ed8-8b9461552efc',3,'PBCHIEF','2026-11-22T21:56:01.001Z','{"claim":"01a20542-4d59-71d0-8ed8-8b9461552efc"}','867ce258125eddef4fcecc1da2652baada493d8f13850dbade14a1d1b7350d06');
CREATE TABLE lease (id TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, prefix TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL, demo INTEGER NOT NULL);
INSERT INTO "lease" VALUES('01a20542-4beb-71af-ba8e-818d50fb0582','sscc','company','39521234',100000001,100000200,100000002,1);
INSERT INTO "lease" VALUES('01a20542-4c92-7033-ba0a-c77d3d112b30','tracking','RKP','RK',300000001,300000200,300000002,1);
CREATE TABLE print_job (subject TEXT NOT NULL, document TEXT NOT NULL, issue INTEGER NOT NULL, copy INTEGER NOT NULL,
    shipment TEXT NOT NULL, claim TEXT NOT NULL, state TEXT NOT NULL, printer TEXT NOT NULL, detail TEXT NOT NULL,
    reason TEXT NOT NULL, operator TEXT NOT NULL, at TEXT NOT NULL, rev INTEGER NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (subject, document, issue, copy));
INSERT INTO "print_job" VALUES('01a20542-4c71-72cc-8b2b-92a95f1f0dae','pick_list',1,1,'','01a20542-4c71-72cc-8b2b-92a95f1f0dae','sent','file:///srv/labels','','','PBCHIEF','2026-11-22T21:56:00.857Z',3,0);
INSERT INTO "print_job" VALUES('DE-1001-1/1','parcel_label',1,1,'DE-1001-1','01a20542-4ce9-7032-a977-b01a27ba9b33','confirmed','file:///srv/labels','','','PBCHIEF','2026-11-22T21:56:00.949Z',9,1);
INSERT INTO "print_job" VALUES('DE-1001-1/1','packing_slip',1,1,'DE-1001-1','01a20542-4ce9-7032-a977-b01a27ba9b33','sent','file:///srv/labels','','','PBCHIEF','2026-11-22T21:56:00.978Z',11,0);
CREATE TABLE self (station TEXT NOT NULL, incarnation TEXT NOT NULL, schema INTEGER NOT NULL,
    acked INTEGER NOT NULL DEFAULT 0, prints_told INTEGER NOT NULL DEFAULT 0);
INSERT INTO "self" VALUES('S1','01a20542-4bcc-7202-95ca-8f4eaefc72b5',1,22,11);
CREATE INDEX fact_claim ON fact (claim, seq);
CREATE INDEX print_job_state ON print_job (state, rev);
CREATE INDEX print_job_rev ON print_job (rev);
COMMIT;
