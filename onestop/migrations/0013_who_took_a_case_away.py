import django.db.models.deletion
import onestop.kinds
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0005_api_keys'),
        ('onestop', '0012_messages_and_notes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(choices=[(onestop.kinds.ReadingForm['ARCHIVE'], onestop.kinds.ReadingForm['ARCHIVE']), (onestop.kinds.ReadingForm['PRINT'], onestop.kinds.ReadingForm['PRINT'])], max_length=8)),
                ('at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.agency')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='onestop.case')),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casereading',
            trigger=pgtrigger.compiler.Trigger(name='reading_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1b113d7007067541847fa0f120a756a17872cc8d', operation='UPDATE OR DELETE', pgid='pgtrigger_reading_stays_89d9e', table='onestop_casereading', when='BEFORE')),
        ),
    ]
